// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Foundation
import Testing

/// Every input in the corpus against its target: what fuzzing has found stays found.
@Suite struct CorpusTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
        component: "Corpus"
    )

    private static func inputs(of target: FuzzTarget) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: folder.appending(component: target.rawValue),
            includingPropertiesForKeys: nil
        )
    }

    @Test("Every target has a corpus, and every corpus a target")
    func everyTargetHasACorpus() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(Set(names) == Set(FuzzTarget.allCases.map(\.rawValue)))
        for target in FuzzTarget.allCases { #expect(try Self.inputs(of: target).count >= 2) }
    }

    @Test("T18, T30, T31: no input of the corpus violates a property", arguments: FuzzTarget.allCases)
    func corpusHoldsEveryProperty(target: FuzzTarget) throws {
        for file in try Self.inputs(of: target) {
            let input = [UInt8](try Data(contentsOf: file))
            #expect(throws: Never.self, "\(file.lastPathComponent)") { try target.run(input) }
            // Cut off anywhere, and with a byte that is another.
            for length in stride(from: 0, to: input.count, by: input.count / 40 + 1) {
                #expect(throws: Never.self, "\(file.lastPathComponent), cut at \(length)") {
                    try target.run(Array(input.prefix(length)))
                }
                var changed = input
                changed[length] ^= 0x20
                #expect(throws: Never.self, "\(file.lastPathComponent), changed at \(length)") {
                    try target.run(changed)
                }
            }
        }
    }
}
