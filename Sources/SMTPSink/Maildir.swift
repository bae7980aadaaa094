// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc

/// A folder of messages, each a file: written in `tmp`, then renamed into `new`.
///
/// For trying things out: what is renamed is not synced.
///
/// - SeeAlso: maildir(5)
struct Maildir: Sendable {
    let path: String

    /// Makes the folders where they are missing.
    init(path: String) throws(SinkError) {
        self.path = path
        for folder in ["", "/tmp", "/new", "/cur"] where mkdir(path + folder, 0o700) != 0 && errno != EEXIST {
            throw SinkError("cannot create \(path)\(folder): \(String(cString: strerror(errno)))")
        }
    }

    /// Begins a message under a name of its own.
    func makeFile() throws(SinkError) -> MaildirFile {
        var generator = SystemRandomNumberGenerator()
        let random: UInt64 = generator.next()
        return try MaildirFile(directory: path, name: "\(time(nil)).R\(String(random, radix: 16)).sink")
    }
}
