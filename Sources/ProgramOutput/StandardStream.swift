// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc

/// Standard output and standard error of a program: the one way to write to them.
///
/// Thread-safe.
///
/// A reader that has gone (`smtpq list | head -1`) ends the program quietly, as people expect of a filter.
package struct StandardStream: Sendable {
    private let descriptor: Int32

    /// Standard output.
    package static let output = StandardStream(descriptor: STDOUT_FILENO)
    /// Standard error.
    package static let error = StandardStream(descriptor: STDERR_FILENO)

    /// Whether a person looks at it: a terminal.
    package var isTerminal: Bool { isatty(descriptor) == 1 }

    /// Writes a text and a line end.
    package func writeLine(_ text: String) {
        Array((text + "\n").utf8).withUnsafeBytes { write($0) }
    }

    /// Writes bytes as they are.
    package func write(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(
                descriptor,
                UnsafeRawBufferPointer(rebasing: rest).baseAddress,
                rest.count
            )
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                // Output that cannot be written must not look like success; a closed pipe needs no words.
                exit(errno == EPIPE ? 0 : EX_IOERR)
            }
        }
    }
}
