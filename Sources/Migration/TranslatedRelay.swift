// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import DaemonConfiguration
package import SMTPClient

/// A relay of the translation.
package struct TranslatedRelay: Sendable {
    /// A secret that stands in the configuration of the other program.
    package struct FoundSecret: Hashable, Sendable {
        /// The secret.
        package let secret: Secret
        /// The file and line that it stands in, printable.
        package let place: String
    }

    /// Its name, unique among the relays.
    package internal(set) var name = ""
    /// Its keys, but for its name and secret.
    private(set) var settings: [String: SettingValue] = [:]
    /// The secret of the login, where it was found.
    package internal(set) var secret: FoundSecret?
    /// Whether a secret is needed that was not found.
    var isSecretMissing = false

    /// A key.
    subscript(key: String) -> SettingValue? {
        get { settings[key] }
        set { settings[key] = newValue }
    }

    /// The key that names the file of the secret; nil when no secret is kept in a file.
    var secretKey: String? {
        guard secret != nil || isSecretMissing else { return nil }
        let tokens: [SettingValue] = [.text("OAUTHBEARER"), .text("XOAUTH2")]
        return settings["AuthMechanism"].map(tokens.contains) == true ? "TokenFile" : "PasswordFile"
    }

    /// The name of that file.
    package var secretFileName: String? {
        secretKey.map { name + ($0 == "TokenFile" ? ".token" : ".password") }
    }
}
