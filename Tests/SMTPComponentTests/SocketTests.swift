// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import SMTPClient
import SMTPProtocol
import SMTPSink
import Testing

@testable import SMTPComponent

/// Sockets, limits and proxies.
@Suite(.timeLimit(.minutes(1))) struct SocketTests {
    private func connection(_ settings: String...) throws -> ConnectionSettings {
        let smtp = SMTP()
        for setting in settings { try smtp.config(setting) }
        return try smtp.members.connection(environment: [:])
    }

    @Test("The settings of sockets reach the client")
    func C20_keepAliveTime_C21_keepAliveInterval_C22_linger_C23_lingerTime_C25_localPort_C29_tcpKeepAlive()
        throws
    {
        let plain = try connection().socket
        #expect(!plain.keepsAlive && plain.keepAliveTime == nil && plain.keepAliveInterval == nil)
        #expect(plain.lingers && plain.lingerTime == nil && plain.localPort == 0)
        let keeping = try connection("KeepAliveTime=60000", "KeepAliveInterval=1500").socket
        #expect(keeping.keepsAlive && keeping.keepAliveTime == .seconds(60))
        #expect(keeping.keepAliveInterval == .milliseconds(1500))
        #expect(try connection("TCPKeepAlive=True").socket.keepsAlive)
        #expect(try !connection("Linger=False").socket.lingers)
        #expect(try connection("LingerTime=5").socket.lingerTime == .seconds(5))
        #expect(try connection("LocalPort=2000").socket.localPort == 2000)
    }

    @Test("Buffers and delays reach the client")
    func C31_tcpNoDelay_C34_inBufferSize_C35_outBufferSize() throws {
        let plain = try connection().socket
        #expect(!plain.sendsAtOnce && plain.receiveBufferByteCount == nil && plain.sendBufferByteCount == nil)
        #expect(try connection("TcpNoDelay=1").socket.sendsAtOnce)
        #expect(try connection("InBufferSize=4096").socket.receiveBufferByteCount == 4096)
        #expect(try connection("OutBufferSize=8192").socket.sendBufferByteCount == 8192)
    }

    @Test(
        "UseIPv6 chooses the kinds of addresses",
        arguments: zip(
            ["0", "1", "2"],
            [AddressFamilies.ipv4, .ipv6, .ipv6Preferred]
        )
    )
    func C30_useIPv6(word: String, families: AddressFamilies) throws {
        #expect(try connection("UseIPv6=\(word)").socket.addressFamilies == families)
    }

    @Test("A reply with a line longer than MaxLineLength ends the connection")
    func C26_maxLineLength() async throws {
        let script =
            "S: 220 \(String(repeating: "x", count: 600))\nC: EHLO client.example\nS: 250 x\nC: QUIT\nS: 221 bye"
        _ = try await ComponentBench.play(script) { try await $0.connect() }
        let refused = "S: 220 \(String(repeating: "x", count: 600))"
        let code = await ComponentBench.code {
            _ = try await ComponentBench.play(refused, change: { try $0.config("MaxLineLength=500") }) {
                try await $0.connect()
            }
        }
        #expect(code == 162)
    }

    @Test("MaxTransferRate slows a message down")
    func C27_maxTransferRate() async throws {
        let receiver = try await MailReceiver.start()
        let smtp = ComponentBench.smtp(port: receiver.port)
        smtp.messageText = String(repeating: String(repeating: "x", count: 98) + "\r\n", count: 100)
        try smtp.config("MaxTransferRate=20000")
        let began = ContinuousClock.now
        try await smtp.send()
        #expect(ContinuousClock.now - began > .milliseconds(300))
        #expect(receiver.text().utf8.count == 10_000)
        await receiver.stop()
    }

    @Test("A port that nobody listens on is the error 10061")
    func connectionRefused() async throws {
        let receiver = try await MailReceiver.start()
        let smtp = ComponentBench.smtp(port: receiver.port)
        await receiver.stop()
        let error = await ComponentBench.error { try await smtp.connect() }
        #expect(error?.code == 10061)
        #expect(error?.description.hasPrefix("[10061] ") == true)
        #expect(error?.description.contains("Connection refused") == true)
    }

    // MARK: Proxies

    @Test("The properties of the proxy reach the client")
    func P09_firewallType_P10_firewallHost_P11_firewallPassword_P13_firewallUser() throws {
        let smtp = SMTP()
        smtp.mailServer = "*mail.example.com"
        smtp.firewallHost = "proxy.example"
        #expect(try smtp.members.connection(environment: [:]).proxy == nil)
        smtp.firewallType = .socks5
        smtp.firewallUser = "alice"
        smtp.firewallPassword = "pa55word"
        let settings = try smtp.members.connection(environment: [:])
        #expect(settings.relay.host == "mail.example.com")
        #expect(settings.proxy?.kind == .socks5)
        #expect(settings.proxy?.address == RelayAddress(host: "proxy.example", port: 1080))
        #expect(settings.proxy?.user == "alice")
        #expect(settings.proxy?.password == Secret("pa55word"))
        #expect(settings.proxy?.resolvesNames == true)
    }

    @Test("FirewallAutoDetect takes the proxy of the environment, for the servers that it is for")
    func P08_firewallAutoDetect() throws {
        let smtp = SMTP()
        smtp.mailServer = "mail.example.com"
        let environment = ["ALL_PROXY": "socks5://proxy.example:9050", "NO_PROXY": "example.org"]
        #expect(try smtp.members.connection(environment: environment).proxy == nil)
        smtp.firewallAutoDetect = true
        #expect(try smtp.members.connection(environment: environment).proxy?.address.port == 9050)
        #expect(try smtp.members.connection(environment: [:]).proxy == nil)
        smtp.mailServer = "mail.example.org"
        #expect(try smtp.members.connection(environment: environment).proxy == nil)
        smtp.mailServer = "mail.example.com"
        #expect(throws: SMTPError(.firewall)) {
            try smtp.members.connection(environment: ["all_proxy": "gopher://x"])
        }
    }

    /// What is asked of an HTTP proxy on the way to a server that is not there otherwise.
    private let asking = """
        C: CONNECT 192.0.2.7:25 HTTP/1.1
        C: Host: 192.0.2.7:25
        C: Proxy-Authorization: Basic YWxpY2U6cGE1NXdvcmQ=
        C: X-Extra: 1
        C:

        """

    private func throughProxy(_ smtp: SMTP) throws {
        smtp.firewallType = .tunnel
        smtp.firewallHost = "127.0.0.1"
        smtp.firewallPort = smtp.mailPort
        smtp.firewallUser = "alice"
        smtp.firewallPassword = "pa55word"
        try smtp.config("FirewallData=X-Extra: 1\\r\\n")
        smtp.mailServer = "192.0.2.7"
        smtp.mailPort = 25
    }

    @Test("Through an HTTP proxy a session is made, and the events tell of it")
    func P10_firewallHost_P11_firewallPassword_P13_firewallUser_C33_firewallData_E01_connectionStatus()
        async throws
    {
        let script =
            asking + "S: HTTP/1.1 200 ok\nS:\nS: 220 x\nC: EHLO client.example\nS: 250 x\nC: QUIT\nS: 221 bye"
        _ = try await ComponentBench.play(script, change: throughProxy) { smtp in
            let log = EventLog(smtp)
            try await smtp.connect()
            try await smtp.disconnect()
            #expect(
                log.statuses == ["Firewall connected", "Connected", "Disconnected", "Firewall disconnected"]
            )
        }
    }

    @Test("A proxy that refuses is the error 118")
    func P09_firewallType_refused() async throws {
        let error = await ComponentBench.error {
            _ = try await ComponentBench.play(asking + "S: HTTP/1.1 403 no mail\nS:", change: throughProxy) {
                try await $0.connect()
            }
        }
        #expect(error?.code == 118)
        #expect(error?.description.contains("403") == true)
        #expect(error?.description.contains("pa55word") == false)
    }
}
