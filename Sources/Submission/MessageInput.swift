// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import MailMessage
internal import ProgramOutput

/// Where a message, or a part of one, is read from: a file, or standard input.
///
/// Read once, from its beginning to its end.
package final class MessageInput: MessageSource {
    private static let pieceByteCount = 64 << 10

    private let descriptor: Int32
    /// What it is called, printable.
    package let name: String
    private var isAtEnd = false
    /// What was put back.
    private var returned: [UInt8]?
    private var readByteCount: Int64 = 0
    /// The size of a file, in bytes; nil where none is known.
    private let byteCount: Int64?
    /// Called before there is a wait for whoever writes to a pipe.
    package var willWait: (() -> Void)?

    /// Opens a file, or takes standard input for nil and `-`.
    ///
    /// A person at a terminal is told that the program waits for him.
    package init(file: String?, of content: String) throws(CommandFailure) {
        guard let file, file != "-" else {
            name = "standard input"
            descriptor = STDIN_FILENO
            if isatty(descriptor) == 1 {
                StandardStream.error.writeLine(
                    "smtpq: reading \(content) from the terminal, end with Ctrl-D on a line of its own"
                )
            }
            byteCount = Self.status(of: descriptor).flatMap(Self.byteCount)
            return
        }
        name = PrintableText(file, limitBytes: 300).string
        descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw Self.failure(name, errno) }
        byteCount = Self.status(of: descriptor).flatMap(Self.byteCount)
    }

    /// Opens one of many files, which are regular ones.
    ///
    /// - Parameter path: its name, byte by byte: it need not be text.
    /// - Throws: ``CommandFailure`` with status `noInput`.
    package init(regularFile path: [UInt8]) throws(CommandFailure) {
        name = PrintableText(String(decoding: path, as: UTF8.self), limitBytes: 300).string
        descriptor = (path + [0]).withUnsafeBytes { bytes in
            bytes.baseAddress.map {
                open($0.assumingMemoryBound(to: CChar.self), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
            } ?? -1
        }
        guard descriptor >= 0 else { throw Self.failure(name, errno) }
        byteCount = Self.status(of: descriptor).flatMap(Self.byteCount)
        guard byteCount != nil else { throw CommandFailure("\(name) is no regular file", .noInput) }
    }

    private static func failure(_ name: String, _ code: Int32) -> CommandFailure {
        CommandFailure("cannot read \(name): \(String(cString: strerror(code)))", .noInput)
    }

    private static func status(of descriptor: Int32) -> stat? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? status : nil
    }

    private static func byteCount(_ status: stat) -> Int64? {
        status.st_mode & S_IFMT == S_IFREG ? Int64(status.st_size) : nil
    }

    /// How much of it was read, from 0 to 1; nil where its size is not known.
    package var readShare: Double? {
        byteCount.map { $0 == 0 ? 1 : min(1, Double(readByteCount) / Double($0)) }
    }

    deinit {
        if descriptor != STDIN_FILENO { close(descriptor) }
    }

    /// Appends to `bytes` until it has `count` bytes, or the input ends.
    ///
    /// Returns whether the input has ended.
    package func fill(_ bytes: inout [UInt8], to count: Int) throws(CommandFailure) -> Bool {
        while bytes.count < count, let piece = try next(limit: count - bytes.count) { bytes += piece }
        return isAtEnd
    }

    package func next() throws(CommandFailure) -> [UInt8]? {
        if let piece = returned.take() { return piece }
        return try next(limit: Self.pieceByteCount)
    }

    /// Takes back what was read: it is the next piece again.
    package func putBack(_ bytes: [UInt8]) { returned = bytes }

    private func next(limit: Int) throws(CommandFailure) -> [UInt8]? {
        guard !isAtEnd else { return nil }
        let limit = min(limit, Self.pieceByteCount)
        while true {
            if let willWait, !Interruption.canRead(descriptor) { willWait() }
            Interruption.waitForInput(descriptor)
            var count = 0
            var code: Int32 = 0
            let piece = [UInt8](unsafeUninitializedCapacity: limit) { buffer, filled in
                count = read(descriptor, buffer.baseAddress, limit)
                code = errno
                filled = max(0, count)
            }
            // Asked after the read: Ctrl-C ends the writer of a pipe too, and what it has written so far is no message.
            guard !Interruption.isRequested else {
                throw CommandFailure("interrupted: nothing was enqueued", .tryAgain)
            }
            readByteCount += Int64(piece.count)
            if count > 0 { return piece }
            if count == 0 {
                isAtEnd = true
                return nil
            }
            guard code == EINTR || code == EAGAIN else { throw Self.failure(name, code) }
        }
    }
}
