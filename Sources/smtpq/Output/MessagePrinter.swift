// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import ProgramOutput

/// Writes what stands in a message to standard output: as it is for a file or a program, printable for a terminal, which
/// would obey the control sequences of whoever wrote the message.
struct MessagePrinter {
    /// Longest piece of a line that is shown, in bytes.
    ///
    /// Longer lines go on behind a line end.
    private static let lineLimit = 16 << 10

    private let isTerminal: Bool
    private let output: (UnsafeRawBufferPointer) -> Void
    private var line: [UInt8] = []

    /// A printer on standard output.
    init() {
        self.init(isTerminal: StandardStream.output.isTerminal, output: StandardStream.output.write)
    }

    init(isTerminal: Bool, output: @escaping (UnsafeRawBufferPointer) -> Void) {
        self.isTerminal = isTerminal
        self.output = output
    }

    /// Writes a piece.
    mutating func write(_ bytes: UnsafeRawBufferPointer) {
        guard isTerminal else { return output(bytes) }
        for byte in bytes {
            if byte == UInt8(ascii: "\n") || line.count >= Self.lineLimit { endLine() }
            if byte != UInt8(ascii: "\n") { line.append(byte) }
        }
    }

    /// Writes what is left of the last line.
    mutating func finish() {
        if !line.isEmpty { endLine() }
    }

    private mutating func endLine() {
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        // A tab is harmless, and common in headers.
        let parts = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
        let text = parts.map { PrintableText(bytes: $0, limitBytes: Self.lineLimit * 8).string }
        Array((text.joined(separator: "\t") + "\n").utf8).withUnsafeBytes(output)
        line.removeAll(keepingCapacity: true)
    }
}
