// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import MailMessage
internal import Migration
internal import ProgramOutput
internal import SMTPClient
internal import Submission

/// Writes secrets of another program's configuration into files of their own.
struct SecretFileWriter {
    /// The user of the daemon, to whom the files go where root writes them.
    private static let user = "smtpq"

    let folder: String

    /// Writes the secrets of these relays, each into a new file with mode 0600.
    ///
    /// Throws ``CommandFailure`` at the first one that cannot be written: it is not there, those before it are.
    func write(_ relays: [TranslatedRelay]) throws(CommandFailure) {
        for relay in relays {
            guard let found = relay.secret, let name = relay.secretFileName else { continue }
            try write(found.secret.value + "\n", to: folder + "/" + name)
        }
    }

    private func write(_ text: String, to path: String) throws(CommandFailure) {
        let shown = PrintableText(path, limitBytes: 300)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw CommandFailure("cannot make \(shown): \(Self.reason())", .cannotCreate)
        }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
            let reason = Self.reason()
            unlink(path)
            throw CommandFailure("cannot write \(shown): \(reason)", .cannotCreate)
        }
        if geteuid() == 0, let entry = getpwnam(Self.user) {
            // Best effort: the translation says whose it must be.
            _ = fchown(descriptor, entry.pointee.pw_uid, entry.pointee.pw_gid)
        }
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
