// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Foundation

/// The `.dialogue` files of this package, found beside the sources of the tests.
package enum DialogueLibrary {
    private static let directory = URL(filePath: #filePath)
        .deletingLastPathComponent()
        .appending(components: "..", "SMTPProtocolTests", "Dialogues")

    /// The names of all dialogues, sorted; empty when the directory cannot be read.
    package static let names: [String] = {
        let files = try? FileManager.default.contentsOfDirectory(
            at: directory,
            includingPropertiesForKeys: nil
        )
        return (files ?? [])
            .filter { $0.pathExtension == "dialogue" }
            .map { $0.deletingPathExtension().lastPathComponent }
            .sorted()
    }()

    /// Reads the dialogue of that name.
    package static func load(_ name: String) throws -> Dialogue {
        try DialogueParser.parse(text(name), name: name)
    }

    /// The text of the dialogue of that name.
    package static func text(_ name: String) throws -> String {
        let data = try Data(contentsOf: directory.appending(component: "\(name).dialogue"))
        guard let text = String(bytes: data, encoding: .utf8) else {
            throw DialogueParser.Failure(description: "\(name).dialogue is not UTF-8")
        }
        return text
    }
}
