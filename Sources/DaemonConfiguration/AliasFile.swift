// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
package import MailMessage
internal import Synchronization

/// A file of aliases, read again whenever it has changed: nobody has to be told of a change.
///
/// Thread-safe.
package final class AliasFile: Sendable {
    /// Where it stands on most systems.
    package static let standardPath = "/etc/aliases"

    /// What tells one state of a file from another.
    private struct Mark: Equatable {
        let device: dev_t
        let number: ino_t
        let byteCount: off_t
        let seconds: Int
        let nanoseconds: Int

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            device = status.st_dev
            number = status.st_ino
            byteCount = status.st_size
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
        }
    }

    private let path: String
    private let state = Mutex<(mark: Mark?, table: AliasTable)>((nil, AliasTable()))

    /// A file, which need not be there.
    package init(path: String) { self.path = path }

    /// What it says now.
    ///
    /// A file that is not there says nothing. One that cannot be read, or that everybody can write, changes nothing.
    package var table: AliasTable {
        state.withLock { state in
            let mark = Mark(path)
            if mark == state.mark { return state.table }
            guard mark != nil else {
                state = (nil, AliasTable())
                return state.table
            }
            if let read = try? Self.read(path) { state = (mark, read.table) }
            return state.table
        }
    }

    /// Reads a file, with what is wrong with it.
    package static func read(_ path: String) throws(ConfigurationError) -> AliasFileParser {
        AliasFileParser(try ConfigurationLoader.text(of: path))
    }
}
