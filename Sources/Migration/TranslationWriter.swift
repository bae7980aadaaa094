// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import DaemonConfiguration
internal import MailMessage

/// Writes a translation as a configuration of smtpqd.
///
/// Pure. No secret is written.
package struct TranslationWriter {
    /// The program that the configuration was of, and its file, printable.
    private let origin: String
    /// The folder with the files of the secrets.
    private let secretsFolder: String
    /// Whether these files have been written.
    private let hasWrittenSecrets: Bool

    /// A writer.
    package init(program: String, path: String, secretsFolder: String, hasWrittenSecrets: Bool) {
        origin = "\(program), \(PrintableText(path, limitBytes: 300))"
        self.secretsFolder = secretsFolder
        self.hasWrittenSecrets = hasWrittenSecrets
    }

    /// The text of smtpqd.toml.
    package func text(_ translation: Translation) -> String {
        var lines = ["# The configuration of smtpqd, made from that of \(origin)."]
        if !translation.remarks.isEmpty {
            lines += ["#", "# What could not be translated, or is different now:"]
            lines += translation.remarks.map { "#   \($0)" }
        }
        lines += keys(of: nil, translation.settings, emptyBefore: true)
        for relay in translation.relays { lines += self.lines(of: relay) }
        for route in translation.routes { lines += self.lines(of: route) }
        return lines.joined(separator: "\n") + "\n"
    }

    private func lines(of relay: TranslatedRelay) -> [String] {
        var settings = relay.settings
        settings["Name"] = .text(relay.name)
        var lines = ["", "[[Relay]]"]
        if let key = relay.secretKey, let name = relay.secretFileName {
            settings[key] = .text(secretsFolder + "/" + name)
            lines.append("# " + remark(onSecretOf: relay, key))
        }
        return lines + keys(of: "Relay", settings)
    }

    private func remark(onSecretOf relay: TranslatedRelay, _ key: String) -> String {
        guard let secret = relay.secret else {
            return "Make the file of \(key), owner smtpq, mode 0600: the secret was not found."
        }
        return hasWrittenSecrets
            ? "The file of \(key) holds the secret of \(secret.place); it must belong to smtpq, mode 0600."
            : "Make the file of \(key), owner smtpq, mode 0600: the secret stands in \(secret.place)."
    }

    private func lines(of route: TranslatedRoute) -> [String] {
        var settings: [String: SettingValue] = ["Relays": .list(route.relays.map(SettingValue.text))]
        settings["Sender"] = route.sender.map(SettingValue.text)
        settings["Recipient"] = route.recipient.map(SettingValue.text)
        return ["", "[[Route]]"] + keys(of: "Route", settings)
    }

    /// Keys in the order of the table.
    private func keys(
        of section: String?,
        _ settings: [String: SettingValue],
        emptyBefore: Bool = false
    ) -> [String] {
        let lines = SettingsTable.settings(of: section).compactMap { setting in
            settings[setting.name].map { "\(setting.name) = \($0)" }
        }
        return emptyBefore && !lines.isEmpty ? [""] + lines : lines
    }
}
