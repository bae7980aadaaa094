// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import DaemonConfiguration
import Delivery
import Foundation
import SMTPClient
import Testing

@testable import Migration

extension SourceFiles {
    /// Files that exist only here.
    static func invented(_ texts: [String: String]) -> SourceFiles {
        SourceFiles(
            textIfThere: { path throws(MigrationError) in texts[path] },
            program: { $0 == "gpg" ? "/usr/bin/gpg" : nil },
            home: "/home/app"
        )
    }
}

/// A translation with its text, and what the daemon's decoder makes of that.
struct Translated {
    let translation: Translation
    let text: String
    let settings: DaemonSettings

    init(_ translation: Translation) throws {
        self.translation = translation
        text = TranslationWriter(
            program: "test",
            path: "/etc/test",
            secretsFolder: "/etc/smtpqd",
            hasWrittenSecrets: false
        ).text(translation)
        let file = FileManager.default.temporaryDirectory.appending(path: "smtpqd-\(UUID().uuidString).toml")
            .path
        try Data(text.utf8).write(to: URL(filePath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        settings = try ConfigurationLoader.load(path: file, readsSecrets: false)
    }

    /// The only relay, or the first.
    var relay: ConnectionSettings { settings.delivery.relays[0].connection }

    /// The remarks, each in one line.
    var remarks: [String] { translation.remarks.map(\.description) }
}
