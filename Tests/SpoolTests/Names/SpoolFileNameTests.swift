// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import Testing

@testable import Spool

@Suite struct SpoolFileNameTests {
    @Test(
        "The extension is the state",
        arguments: ["a", "a.b", "a.queued", "=", String(repeating: "x", count: 200)]
    )
    func roundTrip(text: String) throws {
        let stem = try MessageStem(text)
        let names = SpoolState.allCases.map { SpoolFileName.message(stem, $0) } + [.journal(stem)]
        #expect(Set(names.map(\.text)).count == 6)
        for name in names { #expect(SpoolFileName(parsing: name.text) == name) }
    }

    @Test(
        "Every other name is ignored",
        arguments: [
            "", ".", "..", "queued", ".queued", "a.", "a.Queued", "a.queued ", "a.queued~", "a.queuedx",
            "a.eml", ".a.queued", ".a.new",
            ".paused", ".status", "a.journal.foreign-1", "a/b.queued", "a b.queued", "ä.queued", "a.queued\n",
            "a\0.queued", "a.que\0ued",
            "a.\u{FF4A}ournal", "..queued", ".journal",
        ]
    )
    func otherNames(name: String) {
        #expect(SpoolFileName(parsing: name) == nil)
    }

    @Test("Names of random bytes are ignored or give back the same bytes")
    func randomNames() {
        var generator = SeededGenerator(seed: 19)
        for _ in 0..<20_000 {
            var name = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            name += Array(
                [".queued", ".journal", ".", "", ".held"][Int.random(in: 0...4, using: &generator)].utf8
            )
            let parsed = name.withUnsafeBytes { SpoolFileName(bytes: $0) }
            #expect(parsed.map { Array($0.text.utf8) == name } ?? true)
        }
    }
}
