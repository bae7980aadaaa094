// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import MailMessage

/// A file with a secret in it, opened for reading.
///
/// A file that others than its owner may read or write is refused: what is in it is no secret any more. Its group counts as
/// others, also the daemon's own: the members of that group are the applications that drop mail. In the credentials
/// directory the service manager sees to it, in ways that the mode does not always tell (access control lists).
package final class PrivateFile {
    private let descriptor: Int32
    /// The path as errors show it.
    let shownPath: String

    /// Opens a file; `credentials` is the credentials directory, if there is one.
    package init(_ path: String, credentials: String?) throws(SecretError) {
        let shownPath = PrintableText(path, limitBytes: 300).string
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw SecretError("cannot read \(shownPath): \(Self.reason())") }
        self.descriptor = descriptor
        self.shownPath = shownPath

        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw SecretError("cannot read \(shownPath): \(Self.reason())")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw SecretError("\(shownPath) is not a regular file")
        }
        let isCredential = credentials.map { path.hasPrefix($0 + "/") && !path.contains("/../") } ?? false
        guard isCredential || status.st_mode & 0o077 == 0 else {
            let mode = String(status.st_mode & 0o7777, radix: 8)
            throw SecretError("\(shownPath) is open to others than its owner (mode \(mode)): chmod 600 it")
        }
    }

    deinit { close(descriptor) }

    /// All of the file, which may have `limit` bytes.
    func read(limit: Int) throws(SecretError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress?.advanced(by: filled), $0.count - filled, off_t(filled))
            }
            if count == 0 { break }
            if count > 0 {
                filled += count
            } else if errno != EINTR {
                throw SecretError("cannot read \(shownPath): \(Self.reason())")
            }
        }
        guard filled <= limit else {
            throw SecretError("\(shownPath) is longer than \(limit) bytes: is it the right file?")
        }
        return Array(bytes[..<filled])
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
