// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import MailMessage
internal import ProgramOutput

/// Where a message, or a part of one, is read from: a file, or standard input.
///
/// Read once, from its beginning to its end.
final class MessageInput {
    private static let pieceByteCount = 64 << 10

    private let descriptor: Int32
    private let name: String
    private var isAtEnd = false
    /// What was put back.
    private var returned: [UInt8]?

    /// Opens a file, or takes standard input for nil and `-`.
    ///
    /// A person at a terminal is told that the program waits for him.
    init(file: String?, of content: String) throws(CommandFailure) {
        guard let file, file != "-" else {
            name = "standard input"
            descriptor = STDIN_FILENO
            if isatty(descriptor) == 1 {
                StandardStream.error.writeLine(
                    "smtpq: reading \(content) from the terminal, end with Ctrl-D on a line of its own"
                )
            }
            return
        }
        name = PrintableText(file, limitBytes: 300).string
        descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else {
            throw CommandFailure("cannot read \(name): \(String(cString: strerror(errno)))", .noInput)
        }
    }

    deinit {
        if descriptor != STDIN_FILENO { close(descriptor) }
    }

    /// Appends to `bytes` until it has `count` bytes, or the input ends.
    ///
    /// Returns whether the input has ended.
    func fill(_ bytes: inout [UInt8], to count: Int) throws(CommandFailure) -> Bool {
        while bytes.count < count, let piece = try next(limit: count - bytes.count) { bytes += piece }
        return isAtEnd
    }

    /// Takes back what was read: it is the next piece again.
    func putBack(_ bytes: [UInt8]) { returned = bytes }

    /// The next piece; nil at the end.
    func next() throws(CommandFailure) -> [UInt8]? {
        if let piece = returned.take() { return piece }
        return try next(limit: Self.pieceByteCount)
    }

    private func next(limit: Int) throws(CommandFailure) -> [UInt8]? {
        guard !isAtEnd else { return nil }
        var piece = [UInt8](repeating: 0, count: min(limit, Self.pieceByteCount))
        while true {
            Interruption.waitForInput(descriptor)
            let count = read(descriptor, &piece, piece.count)
            let code = errno
            // Asked after the read: Ctrl-C ends the writer of a pipe too, and what it has written so far is no message.
            guard !Interruption.isRequested else {
                throw CommandFailure("interrupted: nothing was enqueued", .tryAgain)
            }
            if count > 0 { return Array(piece[..<count]) }
            if count == 0 {
                isAtEnd = true
                return nil
            }
            guard code == EINTR || code == EAGAIN else {
                throw CommandFailure("cannot read \(name): \(String(cString: strerror(code)))", .noInput)
            }
        }
    }
}
