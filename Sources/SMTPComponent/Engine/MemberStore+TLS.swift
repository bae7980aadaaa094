// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import SMTPClient
internal import SMTPProtocol

extension MemberStore {
    /// Whether and when the connection is encrypted.
    ///
    /// Without a word from the first byte on port 465, which is for that (RFC 8314 §3.3), and nowhere else.
    var security: TransportSecurity {
        switch text(.tls) {
        case "none": .none
        case "starttls": .startTLS
        case "implicit": .implicitTLS
        default: number(.mailPort) == 465 ? .implicitTLS : .none
        }
    }

    /// How TLS is done.
    var tls: TLSSettings {
        get throws(SMTPError) {
            var tls = TLSSettings(
                trustedCertificatesFile: stated(.tlsCAFile),
                certificateFile: stated(.tlsClientCertificate),
                privateKeyFile: stated(.tlsClientKey),
                serverName: stated(.tlsServerName),
                minimumVersion: text(.tlsMinimumVersion) == "1.3" ? .tls13 : .tls12
            )
            tls.pinnedKeys = try Self.pinnedKeys(in: text(.tlsPinnedKeys))
            tls.proof = text(.tlsProof) == "key" ? .key : .certificate
            return tls
        }
    }

    /// The keys of a list, each `sha256//` and 44 characters, with blanks or commas between them.
    static func pinnedKeys(in text: String) throws(SMTPError) -> [PinnedKey] {
        var keys: [PinnedKey] = []
        for word in text.split(whereSeparator: { $0 == " " || $0 == "," }) {
            guard let key = PinnedKey(parsing: String(word)) else {
                throw SMTPError(.invalidValue, "\(Setting.tlsPinnedKeys.rawValue): \(word)")
            }
            keys.append(key)
        }
        return keys
    }

    private func stated(_ setting: Setting) -> String? {
        let text = text(setting)
        return text.isEmpty ? nil : text
    }
}
