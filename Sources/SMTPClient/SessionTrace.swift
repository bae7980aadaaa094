// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import NIOCore

/// Shows a session line by line to whoever looks for a fault in it: printable, without secrets and without contents.
struct SessionTrace: Sendable {
    private static let lineByteLimit = 512

    private let report: @Sendable (TraceDirection, String) -> Void
    /// The beginning of a line whose end has not come yet, no more of it than is shown.
    private var unfinished: [UInt8] = []

    init(report: @escaping @Sendable (TraceDirection, String) -> Void) {
        self.report = report
    }

    /// Command lines that were sent; during a login only the verbs show, for the rest may be a password.
    func sent(_ bytes: ByteBuffer, isLoggingIn: Bool) {
        for line in bytes.readableBytesView.split(separator: UInt8(ascii: "\n")) {
            let text = Self.text(of: line)
            let isHidden = isLoggingIn && text != "QUIT" && text != "*"
            report(.sent, isHidden ? Self.hidden(text) : text)
        }
    }

    /// Bytes of a piece of a content that were sent; its BDAT line, if it has one, shows.
    func sentContent(_ bytes: ByteBuffer, of piece: ContentPiece) {
        var content = bytes
        if bytes.readerIndex == piece.bytes.readerIndex,
            let line = content.readSlice(length: piece.commandByteCount)
        {
            sent(line, isLoggingIn: false)
        }
        report(.sent, "(\(content.readableBytes) bytes of content)")
    }

    /// Bytes that came in, in pieces of any size; during a login challenges do not show.
    mutating func received(_ bytes: ByteBuffer, isLoggingIn: Bool) {
        let lines = bytes.readableBytesView.split(
            separator: UInt8(ascii: "\n"),
            omittingEmptySubsequences: false
        )
        for (index, line) in lines.enumerated() {
            // One more than is shown: an ellipsis stands for the rest.
            unfinished += line.prefix(Self.lineByteLimit + 1 - unfinished.count)
            guard index < lines.count - 1 else { return }
            let text = Self.text(of: unfinished)
            unfinished = []
            report(.received, isLoggingIn && text.hasPrefix("334") ? "334 (hidden)" : text)
        }
    }

    private static func text(of line: some BidirectionalCollection<UInt8>) -> String {
        let isEnded = line.last == UInt8(ascii: "\r")
        return PrintableText(bytes: line.dropLast(isEnded ? 1 : 0), limitBytes: lineByteLimit).string
    }

    private static func hidden(_ line: String) -> String {
        let words = line.split(separator: " ")
        guard words.count >= 2, words[0] == "AUTH" else { return "(hidden)" }
        return words.count == 2 ? line : "AUTH \(words[1]) (hidden)"
    }
}
