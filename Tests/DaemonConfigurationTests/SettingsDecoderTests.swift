// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Delivery
import SMTPClient
import SMTPProtocol
import Testing

@testable import DaemonConfiguration

struct SettingsDecoderTests {
    @Test("One relay with its server is a whole configuration; the rest has the documented defaults")
    func defaults() throws {
        let settings = try decode(relay)
        #expect(settings.logLevel == "info")

        let delivery = settings.delivery
        #expect(delivery.queueDirectory == "/var/spool/smtpq")
        #expect(!delivery.keepQueue)
        #expect(delivery.maxMessageBytes == 104_857_600)
        #expect(delivery.retry == .standard)
        #expect(delivery.stopGrace == .seconds(30))
        #expect(delivery.exitWhenIdle == nil)
        #expect(delivery.relays[0].name == "default")
        #expect(delivery.relays[0].connections == 10)
        #expect(delivery.relays[0].messagesPerConnection == 0)
        #expect(delivery.relays[0].idleTimeout == .seconds(30))

        let connection = delivery.relays[0].connection
        #expect(connection.relay == RelayAddress(host: "smtp.example.com", port: 587))
        #expect(connection.security == .startTLS)
        #expect(connection.tls == TLSSettings())
        #expect(connection.login == nil)
        #expect(!connection.allowsClearTextLogin)
        #expect(connection.hello == "host.example")
        #expect(connection.localHost == nil)
        #expect(connection.connectTimeout == .seconds(30))
        #expect(connection.timeouts == .rfc5321)
        #expect(connection.proxy == nil)
        #expect(connection.socket == SocketSettings())
        #expect(connection.replyLimits == .standard)
        #expect(connection.maxTransferRate == nil)
    }

    @Test("Every key reaches the setting that it names")
    func everyKey() throws {
        let settings = try decode(
            #"""
            QueueDir = "/srv/queue"
            KeepQueue = true
            MaxMessageSize = "1GiB"
            RetryIntervals = [10, "2min", "1 h"]
            MaxAge = "2d"
            StopGrace = 5
            ExitWhenIdle = "10min"
            LogLevel = "debug"

            [[Relay]]
            Name = "primary"
            MailServer = "192.0.2.7"
            MailPort = 2525
            TLS = "implicit"
            TLSCAFile = "/etc/ca.pem"
            TLSServerName = "mail.example.com"
            TLSClientCertificate = "/etc/client.pem"
            TLSClientKey = "/etc/client.key"
            TLSMinimumVersion = "1.3"
            TLSPinnedKeys = ["sha256//YLh1dUR9y6Kja30RrAn7JKnbQG/uEtLMkBgFF2Fuihg="]
            TLSProof = "key"
            User = "app@example.com"
            PasswordFile = "/etc/password"
            AuthMechanism = "LOGIN"
            AllowClearTextLogin = true
            Hello = "app.example.com"
            FirewallType = "tunnel"
            FirewallHost = "proxy.example.com"
            FirewallPort = 3128
            FirewallUser = "fire"
            FirewallPasswordFile = "/etc/fire"
            FirewallData = 'X-Team: mail\r\nX-Zone: 7'
            FirewallAutoDetect = true
            LocalHost = "eth0"
            LocalPort = 2000
            UseIPv6 = "prefer"
            Timeout = "90s"
            AbsoluteTimeout = true
            ConnectionTimeout = "7s"
            TcpNoDelay = false
            TCPKeepAlive = true
            KeepAliveTime = 60000
            KeepAliveInterval = 1500
            Linger = true
            LingerTime = 9
            InBufferSize = "64KiB"
            OutBufferSize = 32768
            MaxLineLength = 2048
            MaxTransferRate = "1MB"
            Connections = 1
            MessagesPerConnection = 50
            IdleTimeout = "1min"
            """#
        )
        #expect(settings.logLevel == "debug")

        let delivery = settings.delivery
        #expect(delivery.queueDirectory == "/srv/queue")
        #expect(delivery.keepQueue)
        #expect(delivery.maxMessageBytes == 1 << 30)
        #expect(delivery.retry.intervals == [.seconds(10), .seconds(120), .seconds(3600)])
        #expect(delivery.retry.maxAge == .seconds(2 * 86_400))
        #expect(delivery.stopGrace == .seconds(5))
        #expect(delivery.exitWhenIdle == .seconds(600))
        #expect(delivery.relays[0].name == "primary")
        #expect(delivery.relays[0].connections == 1)
        #expect(delivery.relays[0].messagesPerConnection == 50)
        #expect(delivery.relays[0].idleTimeout == .seconds(60))

        let connection = delivery.relays[0].connection
        #expect(connection.relay == RelayAddress(host: "192.0.2.7", port: 2525))
        #expect(connection.security == .implicitTLS)
        #expect(connection.tls.trustedCertificatesFile == "/etc/ca.pem")
        #expect(connection.tls.serverName == "mail.example.com")
        #expect(connection.tls.certificateFile == "/etc/client.pem")
        #expect(connection.tls.privateKeyFile == "/etc/client.key")
        #expect(connection.tls.minimumVersion == .tls13)
        #expect(
            connection.login
                == Login(user: "app@example.com", password: Secret("sesame"), mechanism: .named([.login]))
        )
        #expect(connection.allowsClearTextLogin)
        #expect(connection.hello == "app.example.com")
        #expect(connection.localHost == "eth0")
        #expect(connection.connectTimeout == .seconds(7))
        for phase in SessionPhase.allCases where phase != .quit && phase != .connect {
            #expect(connection.timeouts[phase] == .seconds(90))
        }
        #expect(connection.timeouts[.quit] == PhaseTimeouts.rfc5321[.quit])
        #expect(connection.timeouts.operation == .seconds(90))

        #expect(connection.tls.proof == .key)
        #expect(
            connection.tls.pinnedKeys.map(\.description) == [
                "sha256//YLh1dUR9y6Kja30RrAn7JKnbQG/uEtLMkBgFF2Fuihg="
            ]
        )
        let proxy = ProxySettings(
            kind: .tunnel,
            address: RelayAddress(host: "proxy.example.com", port: 3128),
            user: "fire",
            password: Secret("sesame"),
            headers: try #require(ProxyHeaders(parsing: "X-Team: mail\r\nX-Zone: 7"))
        )
        #expect(connection.proxy == proxy)
        var socket = SocketSettings()
        socket.localPort = 2000
        socket.addressFamilies = .ipv6Preferred
        socket.sendsAtOnce = false
        socket.keepAliveTime = .seconds(60)
        socket.keepAliveInterval = .milliseconds(1500)
        socket.lingerTime = .seconds(9)
        socket.receiveBufferByteCount = 65_536
        socket.sendBufferByteCount = 32_768
        #expect(connection.socket == socket)
        #expect(connection.replyLimits.lineByteCount == 2048)
        #expect(connection.maxTransferRate == 1_000_000)
    }

    @Test(
        "Port and TLS mode follow from each other",
        arguments: [
            ("", 587, TransportSecurity.startTLS),
            ("MailPort = 25", 25, .startTLS),
            ("MailPort = 465", 465, .implicitTLS),
            ("TLS = \"implicit\"", 465, .implicitTLS),
            ("TLS = \"starttls\"\nMailPort = 465", 465, .startTLS),
            ("TLS = \"none\"", 587, .none),
            ("TLS = \"implicit\"\nMailPort = 2465", 2465, .implicitTLS),
        ]
    )
    func portAndSecurity(keys: String, port: Int, security: TransportSecurity) throws {
        let connection = try decode(relay + keys).delivery.relays[0].connection
        #expect(connection.relay.port == port)
        #expect(connection.security == security)
    }

    @Test("A later file overrides the keys of an earlier one and leaves the others")
    func laterFiles() throws {
        let delivery = try decode(
            "QueueDir = \"/srv/a\"\nKeepQueue = true\n",
            "QueueDir = \"/srv/b\"\n",
            relay,
            "MaxAge = \"1d\"\n"
        ).delivery
        #expect(delivery.queueDirectory == "/srv/b")
        #expect(delivery.keepQueue)
        #expect(delivery.retry.maxAge == .seconds(86_400))
    }

    @Test("\"auto\" leaves the mechanism open")
    func automaticMechanism() throws {
        let keys = "User = \"u\"\nPasswordFile = \"/p\"\nAuthMechanism = \"auto\"\n"
        #expect(try decode(relay + keys).delivery.relays[0].connection.login?.mechanism == .auto)
    }

    @Test("The source of the password is passed on as it stands")
    func passwordSource() throws {
        let host = HostFacts(
            secret: { source throws(SecretError) in Secret("\(source)") },
            problemOfFile: { _ in nil },
            problemOfPrivateFile: { _ in nil },
            name: { "host.example" }
        )
        let credential = try decode(
            relay + "User = \"u\"\nPasswordCredential = \"relay-password\"\n",
            host: host
        )
        #expect(
            credential.delivery.relays[0].connection.login?.password?.value
                == "credential(\"relay-password\")"
        )
        let file = try decode(relay + "User = \"u\"\nPasswordFile = \"/etc/p\"\n", host: host)
        #expect(file.delivery.relays[0].connection.login?.password?.value == "file(\"/etc/p\")")
    }

    @Test("Decoded settings never show the password")
    func noSecretShown() throws {
        let proxy =
            "FirewallType = 1\nFirewallHost = \"p\"\nFirewallUser = \"u\"\nFirewallPasswordFile = \"/etc/p\"\n"
        let settings = try decode(relay + proxy + "User = \"u\"\nPasswordFile = \"/etc/p\"\n")
        var dumped = ""
        dump(settings, to: &dumped)
        #expect(!dumped.contains("sesame"))
        #expect(!"\(settings)".contains("sesame"))
        #expect(!settings.summary.contains("sesame"))
    }

    @Test("Without facts of the host the text alone is checked")
    func textAlone() throws {
        let keys = "User = \"u\"\nPasswordFile = \"/nowhere\"\nTLSCAFile = \"/nowhere/ca\"\n"
        #expect(try decode(relay + keys, host: .none).delivery.queueDirectory == "/var/spool/smtpq")
    }
}
