// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Testing

@testable import Spool

@Suite struct MessageStemTests {
    private static let allowed = Set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-+=".utf8
    )

    @Test("Every byte is allowed or refused as the rule says, and only a point may not stand first")
    func everyByte() {
        for byte in UInt8.min...UInt8.max {
            #expect(
                MessageStem.isWellFormed([UInt8(ascii: "a"), byte]) == Self.allowed.contains(byte),
                "byte \(byte)"
            )
            #expect(
                MessageStem.isWellFormed([byte])
                    == (Self.allowed.contains(byte) && byte != UInt8(ascii: ".")),
                "byte \(byte)"
            )
        }
    }

    @Test("A stem has one to two hundred bytes")
    func lengths() throws {
        #expect(try MessageStem(String(repeating: "a", count: 200)).text.utf8.count == 200)
        #expect(throws: SpoolError(.name, "")) { try MessageStem(String(repeating: "a", count: 201)) }
        #expect(throws: SpoolError(.name, "")) { try MessageStem("") }
    }

    @Test(
        "What could leave the directory, hide, or confuse a reader is no stem",
        arguments: ["..", ".a", "../a", "a/b", "a b", "a\0", "a\n", "ä", "a\u{2028}", "ａ", "*", "~", "a:b"]
    )
    func hostileNames(name: String) {
        #expect(throws: SpoolError(.name, "")) { try MessageStem(name) }
    }

    @Test("Random stems are well-formed and differ")
    func randomStems() {
        let stems = (0..<100).map { _ in MessageStem.random() }
        #expect(Set(stems).count == 100)
        #expect(stems.allSatisfy { MessageStem.isWellFormed($0.text.utf8) && $0.text.utf8.count == 32 })
    }

    @Test("A derived stem is always that of its texts, and of no others")
    func derivedStems() {
        #expect(MessageStem.derived(from: ["a", "b"]).text == "facdde7abf1eac5b301273ab2e282f79")
        let stems = [["a", "b"], ["ab"], ["ab", ""], ["", "ab"], ["a", "b", ""], ["1:a1:b"]].map {
            MessageStem.derived(from: $0)
        }
        #expect(Set(stems).count == stems.count)
        #expect(stems.allSatisfy { MessageStem.isWellFormed($0.text.utf8) && $0.text.utf8.count == 32 })
    }
}
