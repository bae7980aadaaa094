// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import MailMessage

/// Where a secret is kept.
package enum SecretSource: Hashable, Sendable {
    /// A credential that the service manager passes.
    case credential(String)
    /// A file.
    case file(String)

    /// Where the service manager puts credentials for this process.
    ///
    /// A person who checks the configuration has no such directory; then it is the one of the running
    /// service, which root and the daemon's user may read.
    package static var credentialsDirectory: String? {
        if let directory = getenv("CREDENTIALS_DIRECTORY") { return String(cString: directory) }
        let directory = "/run/credentials/smtpqd.service"
        return access(directory, X_OK) == 0 ? directory : nil
    }

    /// Longest secret, in bytes.
    private static let limit = 64 << 10

    /// Reads the secret.
    ///
    /// It is one line of text. Blocks while the file is read.
    ///
    /// `credentials` is the credentials directory; nil when there is none.
    ///
    /// - SeeAlso: systemd.exec(5), `LoadCredential=`
    package func read(credentials: String?) throws(SecretError) -> Secret {
        let file = try open(credentials: credentials)
        let bytes = try file.read(limit: Self.limit)
        return try Secret(line: bytes, of: file.shownPath)
    }

    private func open(credentials: String?) throws(SecretError) -> PrivateFile {
        switch self {
        case .credential(let name):
            let shown = PrintableText(name, limitBytes: 60)
            guard Self.isCredentialName(name) else {
                throw SecretError(
                    "\"\(shown)\" is no credential name: expected letters, digits, points, hyphens and underscores"
                )
            }
            guard let credentials, access(credentials + "/" + name, F_OK) == 0 else {
                throw SecretError(
                    "there is no credential \(shown): LoadCredential=\(shown):… in the unit passes it when the service "
                        + "starts (as installed, relay-password from /etc/credstore/smtpqd.relay-password)"
                )
            }
            return try PrivateFile(credentials + "/" + name, credentials: credentials)
        case .file(let path):
            return try PrivateFile(path, credentials: credentials)
        }
    }

    private static func isCredentialName(_ name: String) -> Bool {
        guard let first = name.utf8.first, first != UInt8(ascii: "."), name.utf8.count <= 255 else {
            return false
        }
        return name.utf8.allSatisfy { byte in
            CharacterRules.isAlphanumeric(byte) || [".", "-", "_"].contains(Unicode.Scalar(byte))
        }
    }
}
