// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import SMTPProtocol
import Testing

@testable import SMTPClient

/// The real client with a proxy that goes wrong, or goes on as the relay, over loopback.
@Suite(.timeLimit(.minutes(1))) struct ProxyOverLoopbackTests {
    private func settings(_ peer: SocketPeer, _ proxy: ProxySettings) -> ConnectionSettings {
        var settings = ClientBench.settings(port: 587, host: "relay.example")
        settings.proxy = proxy
        settings.proxy?.address = RelayAddress(host: "127.0.0.1", port: peer.port)
        return settings
    }

    @Test(
        "The session goes through the proxy, also where the greeting comes along with its answer",
        arguments: [
            (proxy(.tunnel), 63, "HTTP/1.1 200 OK\r\n\r\n"),
            (proxy(.socks4a), 23, "\u{0}\u{5A}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}"),
        ]
    )
    func session(proxy: ProxySettings, requestByteCount: Int, answer: String) async throws {
        let peer = try SocketPeer()
        let script = peer.play { peer in
            try peer.accept()
            _ = try peer.receive(exactly: requestByteCount)
            try peer.send(answer + "220 relay.example\r\n")
            try peer.expectLine("EHLO client.example")
            try peer.send("250 relay.example\r\n")
            try peer.expectLine("QUIT")
            try peer.send("221 bye\r\n")
        }
        let connection = try await ClientBench.connect(settings(peer, proxy))
        #expect(connection.peer == "relay.example:587 via 127.0.0.1:\(peer.port)")
        await connection.close()
        try await script.value
    }

    @Test("A SOCKS 5 proxy is logged in at, in three steps")
    func login() async throws {
        let peer = try SocketPeer()
        let script = peer.play { peer in
            try peer.accept()
            let offer = try peer.receive(exactly: 4)
            try peer.send("\u{5}\u{2}")
            let login = try peer.receive(exactly: 12)
            try peer.send("\u{1}\u{0}")
            let request = try peer.receive(exactly: 20)
            try peer.send("\u{5}\u{0}\u{0}\u{3}\u{1}x\u{0}\u{19}220 relay.example\r\n")
            try peer.expectLine("EHLO client.example")
            return [offer, login, request]
        }
        var proxy = proxy(.socks5, "app", "sesame")
        proxy.resolvesNames = true
        let connecting = Task { [settings = settings(peer, proxy)] in try await ClientBench.connect(settings)
        }
        let said = try await script.value
        #expect(said[0] == hex("05 02 00 02"))
        #expect(said[1].dropFirst(2).prefix(3) == Array("app".utf8)[...])
        #expect(said[2].dropFirst(5).prefix(13) == Array("relay.example".utf8)[...])
        connecting.cancel()
        _ = await connecting.result
    }

    @Test(
        "A refusal is the relay's fault, says that it was the proxy, and nothing is sent after it",
        arguments: [
            (proxy(.tunnel), "HTTP/1.1 403 Forbidden\r\n\r\n", "the proxy refused: 403 Forbidden"),
            (
                proxy(.socks4a), "\u{0}\u{5B}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}",
                "the proxy refused: the request was rejected"
            ),
            (proxy(.tunnel), "220 relay.example ESMTP\r\n", "this is no proxy of the kind set"),
            (proxy(.tunnel), "", "the proxy closed the connection"),
        ]
    )
    func refusal(proxy: ProxySettings, answer: String, reason: String) async throws {
        let peer = try SocketPeer()
        let script = peer.play { peer in
            try peer.accept()
            _ = try peer.receive(atMost: 1000)
            if !answer.isEmpty { try peer.send(answer) } else { peer.hangUp() }
            return answer.isEmpty ? [] : try peer.receiveAll()
        }
        let settings = settings(peer, proxy)
        let fault = try await ClientBench.fault(settings)
        #expect(fault.kind == .connect)
        #expect(fault.phase == .connect)
        let place = "relay.example:587 through the \(proxy.kind.rawValue) proxy 127.0.0.1:\(peer.port): "
        #expect(fault.text.hasPrefix("cannot connect to \(place)\(reason)"))
        #expect(try await script.value == [])
    }

    @Test("A proxy that cannot be reached is told from a relay that cannot be")
    func unreachable() async throws {
        let peer = try SocketPeer()
        var settings = settings(peer, proxy(.socks4a))
        settings.proxy?.address.port = 1
        let fault = try await ClientBench.fault(settings)
        #expect(fault.kind == .connect)
        #expect(fault.text.hasSuffix("through the socks4a proxy 127.0.0.1:1: Connection refused"))
    }

    @Test("A proxy that says nothing is given up when the time for connecting is over")
    func silence() async throws {
        let peer = try SocketPeer()
        var settings = settings(peer, proxy(.tunnel))
        settings.connectTimeout = .milliseconds(200)
        let fault = try await ClientBench.fault(settings)
        #expect(fault.kind == .connect)
        #expect(fault.text.hasSuffix(": no answer within 1 s"))
        peer.hangUp()
    }

    @Test("A proxy that never comes to an end is cut off")
    func T2_endlessHeader() async throws {
        let peer = try SocketPeer()
        let script = peer.play { peer in
            try peer.accept()
            _ = try peer.receive(atMost: 1000)
            var sentByteCount = 0
            try? peer.send("HTTP/1.1 200 OK\r\n")
            let piece = String(repeating: "x", count: 1000)
            while (try? peer.send(piece)) != nil { sentByteCount += 1000 }
            return sentByteCount
        }
        let fault = try await ClientBench.fault(settings(peer, proxy(.tunnel)))
        #expect(fault.text.contains("its header has more than 16384 bytes"))
        // What the system holds for both sides comes on top.
        #expect(try await script.value < 32 << 20)
    }

    @Test("What the proxy cannot be told is this host's fault")
    func settingsFault() async throws {
        let peer = try SocketPeer()
        let fault = try await ClientBench.fault(settings(peer, proxy(.tunnel, "a:b")))
        #expect(fault.kind == .local)
        #expect(fault.text.contains("must have no colon"))
    }
}

extension SocketPeer {
    /// Waits for so many bytes.
    fileprivate func receive(exactly byteCount: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < byteCount {
            let more = try receive(atMost: byteCount - bytes.count)
            if more.isEmpty { break }
            bytes += more
        }
        return bytes
    }
}
