// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import SMTPClient

/// Decodes the keys of a `[[Relay]]` section that say how TLS is done.
struct TLSDecoder {
    let section: SectionReader
    let host: HostFacts

    /// The settings of TLS.
    func settings() throws(ConfigurationError) -> TLSSettings {
        guard section.has("TLSClientCertificate") == section.has("TLSClientKey") else {
            let (there, missing) =
                section.has("TLSClientKey")
                ? ("TLSClientKey", "TLSClientCertificate") : ("TLSClientCertificate", "TLSClientKey")
            throw section.error(there, "\(there) needs \(missing) beside it")
        }
        let serverName = try section.string("TLSServerName")
        if let serverName, !NameRules.isHostName(serverName), !NameRules.isAddress(serverName) {
            throw section.error(
                "TLSServerName",
                "TLSServerName: expected the host name in the relay's certificate"
            )
        }
        let version = try section.string("TLSMinimumVersion").flatMap(TLSSettings.Version.init(rawValue:))
        var tls = TLSSettings(
            trustedCertificatesFile: try file("TLSCAFile"),
            certificateFile: try file("TLSClientCertificate"),
            privateKeyFile: try privateFile("TLSClientKey"),
            serverName: serverName,
            minimumVersion: version ?? .tls12
        )
        tls.pinnedKeys = try pinnedKeys()
        if try section.string("TLSProof") == "key" {
            guard !tls.pinnedKeys.isEmpty else {
                throw section.error(
                    "TLSProof",
                    "TLSProof = \"key\" needs TLSPinnedKeys beside it: which key?"
                )
            }
            tls.proof = .key
        }
        return tls
    }

    private func pinnedKeys() throws(ConfigurationError) -> [PinnedKey] {
        var keys: [PinnedKey] = []
        for text in try section.strings("TLSPinnedKeys") ?? [] {
            guard let key = PinnedKey(parsing: text) else {
                let shown = PrintableText(text, limitBytes: 80)
                throw section.error(
                    "TLSPinnedKeys",
                    "TLSPinnedKeys: expected \"sha256//\" and 44 characters of base64, found \"\(shown)\""
                )
            }
            keys.append(key)
        }
        return keys
    }

    private func file(_ key: String) throws(ConfigurationError) -> String? {
        guard let path = try section.absolutePath(key) else { return nil }
        if let problem = host.problemOfFile(path) {
            throw section.error(key, "\(key): \(PrintableText(path, limitBytes: 300)) \(problem)")
        }
        return path
    }

    private func privateFile(_ key: String) throws(ConfigurationError) -> String? {
        guard let path = try section.absolutePath(key) else { return nil }
        if let problem = host.problemOfPrivateFile(path) { throw section.error(key, "\(key): \(problem)") }
        return path
    }
}
