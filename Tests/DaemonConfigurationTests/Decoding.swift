// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import SMTPClient

@testable import DaemonConfiguration

/// Decodes texts as if they were files, `main.toml` first.
func decode(_ texts: String..., host: HostFacts = .invented) throws(ConfigurationError) -> DaemonSettings {
    var decoder = SettingsDecoder(host: host)
    for (number, text) in texts.enumerated() {
        try decoder.add(text, file: number == 0 ? "main.toml" : "\(number).toml")
    }
    return try decoder.settings(mainFile: "main.toml")
}

/// The error of a text that must have one.
func problem(_ texts: String..., host: HostFacts = .invented) -> String {
    do throws(ConfigurationError) {
        var decoder = SettingsDecoder(host: host)
        for (number, text) in texts.enumerated() {
            try decoder.add(text, file: number == 0 ? "main.toml" : "\(number).toml")
        }
        _ = try decoder.settings(mainFile: "main.toml")
        return "no error"
    } catch {
        return "\(error)"
    }
}

extension HostFacts {
    /// A host of the tests: each secret is there, each file can be read.
    static let invented = HostFacts(
        secret: { _ throws(SecretError) in Secret("sesame") },
        problemOfFile: { _ in nil },
        problemOfPrivateFile: { _ in nil },
        name: { "host.example" }
    )
}

/// The smallest relay.
let relay = "[[Relay]]\nMailServer = \"smtp.example.com\"\n"
