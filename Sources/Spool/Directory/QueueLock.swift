// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import MailMessage

/// The exclusive right to deliver a queue directory; given back when it is released, or with the process.
package final class QueueLock: Sendable {
    private let descriptor: Int32

    fileprivate init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }
}

extension QueueDirectory {
    /// Takes the lock, an flock(2) on the directory itself.
    ///
    /// - Throws: ``SpoolError`` with code `locked` when another process has it; the summary names the process where it is known.
    package func lock() throws(SpoolError) -> QueueLock {
        let fd = openat(handle.descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard fd >= 0 else { throw handle.error("open", "", errno) }
        var holder: Int32?
        for _ in 0..<Self.lockTries {
            if flock(fd, LOCK_EX | LOCK_NB) == 0 { return QueueLock(descriptor: fd) }
            guard errno == EWOULDBLOCK else {
                let code = errno
                close(fd)
                throw handle.error("lock", "", code)
            }
            holder = lockHolder()
            guard holder == nil else { break }
            // Somebody only asks, for an instant: see isLocked().
            usleep(Self.lockPauseMicroseconds)
        }
        close(fd)
        throw SpoolError(
            .locked,
            "\(PrintableText(path, limitBytes: 300)) is being delivered by "
                + "\(holder.map { "process \($0)" } ?? "another process") already"
        )
    }

    private static let lockTries = 10
    private static let lockPauseMicroseconds: UInt32 = 10_000

    /// Whether a process holds the lock now.
    package func isLocked() -> Bool {
        let fd = openat(handle.descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard fd >= 0 else { return false }
        defer { close(fd) }
        return flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }

    /// The process that holds the lock, from the kernel's table of locks; nil when that cannot be read, or nobody does.
    package func lockHolder() -> Int32? {
        guard let own = try? handle.status(of: "."),
            let table = try? DirectoryHandle(path: "/proc").openForReading("locks"),
            let bytes = try? table.readPrefix(limit: 1 << 20)
        else { return nil }
        // "1: FLOCK  ADVISORY  WRITE 4711 fd:01:1835010 0 EOF"
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count >= 6, words[1] == "FLOCK", words[3] == "WRITE", let process = Int32(words[4]),
                process > 0
            else { continue }
            if words[5].split(separator: ":").last.flatMap({ UInt64($0) }) == own.inode { return process }
        }
        return nil
    }
}
