// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc

/// What a translation asks this host: files, programs and the home of the user.
package struct SourceFiles {
    /// Longest file that is read, in bytes.
    private static let limit = 1 << 20

    /// The text of a file; nil when there is none.
    let textIfThere: (String) throws(MigrationError) -> String?
    /// The absolute path of a program; nil when there is none.
    let program: (String) -> String?
    /// The home of the user, which `~` stands for.
    let home: String

    /// The files of this host.
    package static var actual: SourceFiles {
        SourceFiles(
            textIfThere: read,
            program: { name in
                ["/usr/local/bin/", "/usr/bin/", "/bin/"].map { $0 + name }.first { access($0, X_OK) == 0 }
            },
            home: getenv("HOME").map { String(cString: $0) } ?? "/root"
        )
    }

    /// The text of a file that must be there.
    func text(_ path: String) throws(MigrationError) -> String {
        guard let text = try textIfThere(path) else { throw MigrationError(path, "there is no such file") }
        return text
    }

    /// A path with `~` replaced.
    func expanded(_ path: String) -> String {
        path.hasPrefix("~/") ? home + path.dropFirst(1) : path
    }

    private static func read(_ path: String) throws(MigrationError) -> String? {
        // Not to wait for a FIFO.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw MigrationError(path, "cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw MigrationError(path, "is not a regular file")
        }
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress?.advanced(by: filled), $0.count - filled)
            }
            if count == 0 { break }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw MigrationError(path, "cannot be read: \(String(cString: strerror(errno)))")
            }
            filled += count
        }
        guard filled <= limit else {
            throw MigrationError(path, "is longer than 1 MiB: is it the right file?")
        }
        guard let text = String(validating: bytes[..<filled], as: UTF8.self) else {
            throw MigrationError(path, "is not UTF-8")
        }
        return text
    }
}
