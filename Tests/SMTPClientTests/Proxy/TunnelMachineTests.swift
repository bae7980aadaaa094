// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Testing

@testable import SMTPClient

struct TunnelMachineTests {
    private func play(_ answer: String..., proxy settings: ProxySettings? = nil) throws -> ProxyTranscript {
        try ProxyTranscript(settings ?? proxy(.tunnel), .name, answer.map { Array($0.utf8) })
    }

    private func request(_ settings: ProxySettings, _ target: ProxyTarget) throws -> String {
        let sent = try ProxyTranscript(settings, target, []).sent
        return String(decoding: sent.joined(), as: UTF8.self)
    }

    @Test("The request names the target, an IPv6 address in brackets")
    func requests() throws {
        for (target, authority) in [
            (ProxyTarget.name, "relay.example:587"), (.ipv4, "192.0.2.7:25"), (.ipv6, "[2001:db8::7]:465"),
        ] {
            let expected = "CONNECT \(authority) HTTP/1.1\r\nHost: \(authority)\r\n\r\n"
            #expect(try request(proxy(.tunnel), target) == expected)
        }
    }

    @Test("A login is Basic authentication; further header lines follow it")
    func loginAndHeaders() throws {
        var settings = proxy(.tunnel, "app", "sésame")
        settings.headers = try #require(ProxyHeaders(parsing: "X-Team: mail\\r\\nX-Zone: 7"))
        let lines = try request(settings, .name).split(separator: "\r\n").dropFirst(2)
        #expect(lines == ["Proxy-Authorization: Basic YXBwOnPDqXNhbWU=", "X-Team: mail", "X-Zone: 7"])
    }

    @Test("The answer may come in any pieces, and what follows it is the relay's")
    func splits() throws {
        let answer =
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 200 Connection established\r\nVia: a\nX: y\r\n\r\n220 hello\r\n"
        let bytes = Array(answer.utf8)
        for position in 0...bytes.count {
            let pieces = [Array(bytes[..<position]), Array(bytes[position...])]
            let transcript = try ProxyTranscript(proxy(.tunnel), .name, pieces)
            #expect(transcript.isEstablished)
            #expect(transcript.left == Array("220 hello\r\n".utf8))
        }
        #expect(try ProxyTranscript(proxy(.tunnel), .name, bytes.map { [$0] }).isEstablished)
    }

    @Test(
        "A refusal says why",
        arguments: [
            ("HTTP/1.1 403 Forbidden\r\n\r\n", nil, "the proxy refused: 403 Forbidden"),
            ("HTTP/1.0 502\r\n\r\n", nil, "the proxy refused: 502 "),
            (
                "HTTP/1.1 302 Found\r\nLocation: http://evil.example/\r\n\r\n", nil,
                "the proxy refused: 302 Found"
            ),
            ("HTTP/1.1 407 Who?\r\n\r\n", nil, "the proxy refused: it demands a login, and none is set"),
            ("HTTP/1.1 407 Who?\r\n\r\n", "app", "the proxy refused: user or password are wrong"),
            ("HTTP/1.0 401 No\r\n\r\n", "app", "the proxy refused: user or password are wrong"),
            ("HTTP/1.1 500 a\u{7}b\u{1b}[2J\r\n\r\n", nil, "the proxy refused: 500 a\\x07b\\x1b[2J"),
        ]
    )
    func refusal(answer: String, user: String?, reason: String) throws {
        let transcript = try play(answer, proxy: proxy(.tunnel, user, "sesame"))
        #expect(transcript.error?.code == .refused)
        #expect(transcript.error?.summary == reason)
    }

    @Test(
        "What is no HTTP ends the handshake, as soon as that shows",
        arguments: [
            "2", "220 relay.example ESMTP\r\n", "HTTP/2 200 OK\r\n", "HTTP/1.1\r\n", "HTTP/1.1 OK\r\n",
            "HTTP/1.1 2000 OK\r\n",
            "HTTP/1.1 099 OK\r\n", "HTTP/1.1 -20 OK\r\n", "\r\n", "HTTP/1.1 100 \r\n\r\n250 OK\r\n",
        ]
    )
    func T2_otherProtocol(answer: String) throws {
        #expect(try play(answer).error?.code == .malformed)
    }

    @Test("An endless header is not read, whatever it is made of")
    func T2_endlessHeader() throws {
        let piece = Array(repeating: UInt8(ascii: "x"), count: 1000)
        let line = Array("x: y\r\n".utf8)
        let response = Array("HTTP/1.1 100 Go on\r\n\r\n".utf8)
        for endless in [piece, line, response] {
            let start = endless == response ? [] : [Array("HTTP/1.1 200 OK\r\n".utf8)]
            let pieces =
                start + Array(repeating: endless, count: TunnelMachine.headerByteLimit / endless.count + 1)
            let transcript = try ProxyTranscript(proxy(.tunnel), .name, pieces)
            #expect(transcript.error?.code == .malformed)
        }
    }

    @Test("What HTTP cannot be told is a mistake in the settings")
    func settings() {
        for (user, password) in [("a:b", ""), ("a\r\nX: y", ""), ("a", "b\nc"), ("a", "b\u{7f}")] {
            #expect(throws: ProxyError.settings("")) {
                try proxy(.tunnel, user, password).makeMachine(for: .name)
            }
        }
        for host in ["", "a b", "a\r\nX: y", "möbel.example", "a:b", String(repeating: "x", count: 256)] {
            let target = ProxyTarget(RelayAddress(host: host, port: 25))
            #expect(throws: ProxyError.settings("")) { try proxy(.tunnel).makeMachine(for: target) }
        }
    }

    @Test("Header lines are taken as they stand, with line ends of all kinds")
    func headers() {
        for text in ["A: b\r\nC: d", "A: b\nC: d\n", #"A: b\r\nC: d\r\n"#, #"A: b\nC: d"#] {
            #expect(ProxyHeaders(parsing: text)?.lines == ["A: b", "C: d"])
        }
        #expect(ProxyHeaders(parsing: #"A: c:\temp"#)?.lines == [#"A: c:\temp"#])
    }

    @Test(
        "What is no header line, or changes what is asked for, is refused",
        arguments: [
            "", "no colon", ": no name", "a b: c", "A: b\r\n\r\nGET / HTTP/1.1", "A: \u{0}", "A: ä",
            "Host: other",
            "content-length: 5", "Transfer-Encoding: chunked", String(repeating: "A: b\r\n", count: 1000),
        ]
    )
    func T7_badHeaders(text: String) {
        #expect(ProxyHeaders(parsing: text) == nil)
    }

    @Test("The password shows in no description")
    func T29_secrets() {
        var settings = proxy(.tunnel, "app", "sesame")
        settings.headers = ProxyHeaders(parsing: "X-Token: sesame") ?? .none
        var shown = "\(settings) \(String(reflecting: settings))"
        dump(settings, to: &shown)
        #expect(!shown.contains("sesame"))
    }
}
