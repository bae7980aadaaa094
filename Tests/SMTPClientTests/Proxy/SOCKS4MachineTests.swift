// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Testing

@testable import SMTPClient

struct SOCKS4MachineTests {
    private static let granted = hex("00 5a 00 00 00 00 00 00")

    @Test("SOCKS 4 is given the address and the user")
    func request() throws {
        let transcript = try ProxyTranscript(proxy(.socks4, "app"), .ipv4, [Self.granted])
        #expect(transcript.sent == [hex("04 01 00 19 c0 00 02 07") + Array("app".utf8) + [0]])
        #expect(transcript.isEstablished)
    }

    @Test("SOCKS 4a is given the name, with an address that cannot be one")
    func nameRequest() throws {
        let transcript = try ProxyTranscript(proxy(.socks4a), .name, [Self.granted])
        #expect(transcript.sent == [hex("04 01 02 4b 00 00 00 01 00") + Array("relay.example".utf8) + [0]])
        #expect(transcript.isEstablished)
    }

    @Test("The answer may come in any pieces, and what follows it is the relay's")
    func splits() throws {
        let answer = Self.granted + Array("220 hello\r\n".utf8)
        for position in 0...answer.count {
            let pieces = [Array(answer[..<position]), Array(answer[position...])]
            let transcript = try ProxyTranscript(proxy(.socks4), .ipv4, pieces)
            #expect(transcript.isEstablished)
            #expect(transcript.left == Array("220 hello\r\n".utf8))
        }
    }

    @Test(
        "A refusal says why",
        arguments: [
            ("00 5b", "rejected"), ("00 5c", "identd"), ("00 5d", "another user"), ("00 00", "code 0"),
        ]
    )
    func refusal(answer: String, reason: String) throws {
        let transcript = try ProxyTranscript(proxy(.socks4), .ipv4, [hex(answer + " 00 00 00 00 00 00")])
        #expect(transcript.error?.code == .refused)
        #expect(transcript.error?.summary.contains(reason) == true)
    }

    @Test("Another protocol is known by its first byte")
    func T2_otherProtocol() throws {
        let transcript = try ProxyTranscript(proxy(.socks4), .ipv4, [Array("2".utf8)])
        #expect(transcript.error?.code == .malformed)
    }

    @Test("What SOCKS 4 cannot be told is a mistake in the settings")
    func settings() {
        for (user, target) in [
            (nil, ProxyTarget.ipv6), ("a\0b", .ipv4), (String(repeating: "u", count: 256), .ipv4),
        ] {
            #expect(throws: ProxyError.settings("")) { try proxy(.socks4, user).makeMachine(for: target) }
        }
    }
}
