// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import SystemPackage

/// Why something with the queue directory did not work.
///
/// Equal when the codes are equal.
package struct SpoolError: Error, Sendable, CustomStringConvertible {
    /// What to make of it.
    package enum Code: Hashable, Sendable {
        /// A name is not well-formed.
        case name
        /// The file is not a message: the sender's mistake, for good.
        case malformed
        /// No such message, or no longer in that state.
        case notFound
        /// A file of that name is there already.
        case alreadyThere
        /// Another process delivers this directory.
        case locked
        /// The message is being delivered now.
        case busy
        /// Permission denied.
        case notPermitted
        /// Disk full or quota exceeded.
        case noSpace
        /// The kind of file that must not be touched: a link, a FIFO, a directory …
        case hostile
        /// The file changed while it was being read.
        case changed
        /// The directory itself is missing or no directory.
        case directory
        /// Any other fault of the host: input/output error, read-only file system, no descriptors …
        case host
    }

    /// What to make of it.
    package let code: Code
    /// What is wrong, where, and what to do: one line, printable.
    package let summary: String
    /// The operating system's error, 0 when there is none. Tells the faults of the host apart: EIO, EROFS, EMFILE …
    package let errorNumber: Int32
    /// The line of a malformed queue file that is at fault, from 1; nil when it is the file as a whole.
    package let line: Int?

    package init(_ code: Code, _ summary: String, errorNumber: Int32 = 0, line: Int? = nil) {
        self.code = code
        self.summary = summary
        self.errorNumber = errorNumber
        self.line = line
    }

    /// An operating system's error in `operation` on `path`.
    init(operation: String, path: some StringProtocol, errorNumber: Int32) {
        let error = Errno(rawValue: errorNumber)
        self.init(
            Self.code(of: error),
            "cannot \(operation) \(PrintableText(path, limitBytes: 300)): \(error.description)",
            errorNumber: errorNumber
        )
    }

    private static func code(of error: Errno) -> Code {
        switch error {
        case .noSuchFileOrDirectory: .notFound
        case .fileExists, .directoryNotEmpty: .alreadyThere
        case .permissionDenied, .notPermitted: .notPermitted
        case .noSpace, .diskQuotaExceeded: .noSpace
        // A symbolic link, a directory, a socket: what open(2) says of names that are no files.
        case .tooManySymbolicLinkLevels, .isDirectory, .noSuchAddressOrDevice, .operationNotSupportedByDevice:
            .hostile
        case .notDirectory: .directory
        default: .host
        }
    }

    package var description: String { summary }
}

extension SpoolError: Equatable {
    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}
