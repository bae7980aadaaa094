// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Testing

@testable import SMTPClient

struct SOCKS5MachineTests {
    private static let granted = hex("05 00 00 01 00 00 00 00 00 00")
    private static let request = hex("05 01 00 01 c0 00 02 07 00 19")

    @Test("Without a login only that is offered, and the request follows")
    func withoutLogin() throws {
        let transcript = try ProxyTranscript(proxy(.socks5), .ipv4, [hex("05 00"), Self.granted])
        #expect(transcript.sent == [hex("05 01 00"), Self.request])
        #expect(transcript.isEstablished)
    }

    @Test("With a login both are offered, and user and password go out when they are asked for")
    func withLogin() throws {
        let login = proxy(.socks5, "app", "sesame")
        let asked = try ProxyTranscript(login, .ipv4, [hex("05 02"), hex("01 00"), Self.granted])
        let message = hex("01 03") + Array("app".utf8) + hex("06") + Array("sesame".utf8)
        #expect(asked.sent == [hex("05 02 00 02"), message, Self.request])
        #expect(asked.isEstablished)
        let notAsked = try ProxyTranscript(login, .ipv4, [hex("05 00"), Self.granted])
        #expect(notAsked.sent == [hex("05 02 00 02"), Self.request])
        #expect(notAsked.isEstablished)
    }

    @Test(
        "A target is a name, an IPv4 or an IPv6 address",
        arguments: [
            (ProxyTarget.name, hex("03 0d") + Array("relay.example".utf8) + hex("02 4b")),
            (.ipv4, hex("01 c0 00 02 07 00 19")),
            (.ipv6, hex("04 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 07 01 d1")),
        ]
    )
    func targets(target: ProxyTarget, bytes: [UInt8]) throws {
        let transcript = try ProxyTranscript(proxy(.socks5), target, [hex("05 00")])
        #expect(transcript.sent.last == hex("05 01 00") + bytes)
    }

    @Test(
        "The answers may come in any pieces, and what follows them is the relay's",
        arguments: [
            "05 00 00 01 7f 00 00 01 1f 90", "05 00 00 03 05 72 65 6c 61 79 1f 90",
            "05 00 00 04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 1f 90",
        ]
    )
    func splits(reply: String) throws {
        let answer = hex("05 02 01 00 " + reply) + Array("220 hello\r\n".utf8)
        for position in 0...answer.count {
            let pieces = [Array(answer[..<position]), Array(answer[position...])]
            let transcript = try ProxyTranscript(proxy(.socks5, "app", "sesame"), .name, pieces)
            #expect(transcript.isEstablished)
            #expect(transcript.left == Array("220 hello\r\n".utf8))
        }
    }

    @Test(
        "A refusal says why",
        arguments: [
            ("05 ff", nil, "demands a login"), ("05 ff", "app", "takes no login"),
            ("05 02 01 01", "app", "user or password are wrong"),
            ("05 00 05 01", nil, "it has failed"), ("05 00 05 02", nil, "rules do not allow"),
            ("05 00 05 03", nil, "network cannot be reached"), ("05 00 05 04", nil, "host cannot be reached"),
            ("05 00 05 05", nil, "relay refused the connection"), ("05 00 05 06", nil, "time to live"),
            ("05 00 05 07", nil, "command"), ("05 00 05 08", nil, "kind of address"),
            ("05 00 05 5a", nil, "code 90"),
        ]
    )
    func refusal(answer: String, user: String?, reason: String) throws {
        let transcript = try ProxyTranscript(proxy(.socks5, user), .ipv4, [hex(answer)])
        #expect(transcript.error?.code == .refused)
        #expect(transcript.error?.summary.contains(reason) == true)
    }

    @Test(
        "What no such proxy says ends the handshake at its first byte",
        arguments: ["32", "04", "05 01", "05 02", "05 00 04", "05 00 05 00 00 02", "05 00 05 00 00 ff"]
    )
    func T2_malformed(answer: String) throws {
        let transcript = try ProxyTranscript(proxy(.socks5), .ipv4, [hex(answer)])
        #expect(transcript.error?.code == .malformed)
        #expect(transcript.sent.count <= 2)
    }

    @Test("What SOCKS 5 cannot be told is a mistake in the settings")
    func settings() {
        let long = String(repeating: "x", count: 256)
        for (user, password) in [("", "p"), (long, "p"), ("u", long)] {
            #expect(throws: ProxyError.settings("")) {
                try proxy(.socks5, user, password).makeMachine(for: .ipv4)
            }
        }
        let name = ProxyTarget(RelayAddress(host: long, port: 25))
        #expect(throws: ProxyError.settings("")) { try proxy(.socks5).makeMachine(for: name) }
    }
}
