// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import SMTPProtocol
internal import Spool

/// What a report returns of the message: its header, or all of it.
struct ReturnedContent {
    /// Largest message that is returned whole, in bytes; of a larger one the header is.
    static let contentLimit: Int64 = 10 << 20
    /// Most bytes of a header that are returned: whole fields, from the first on.
    private static let headerLimit = 64 << 10

    /// The fields that describe the part, without line ends.
    let fields: [String]
    /// The bytes of the part, when it is a header; nil for the whole message, which is read from its file.
    let header: [UInt8]?
    /// Whether the header has characters beyond ASCII.
    let isInternationalised: Bool
    /// Whether the part has bytes above 127.
    let isEightBit: Bool

    /// The header of a message, as far as it is returned, and how it may stand in a report.
    init(headerOf content: MessageContent, for report: DeliveryReport) {
        let header = Self.header(of: content)
        var scanner = ContentScanner()
        header.withUnsafeBytes { scanner.scan($0) }
        let found = scanner.finish()
        let isUTF8 = String(validating: header, as: UTF8.self) != nil
        isInternationalised = report.isInternationalised || (found.isEightBit && isUTF8)
        if found.hasNUL || found.longestLine > 998 || (found.isEightBit && !isUTF8) {
            // RFC 6522 §4: a header that is not legal is encoded.
            self.header = QuotedPrintable.encode(text: header[...])
            isEightBit = false
            fields = ["Content-Type: text/rfc822-headers", "Content-Transfer-Encoding: quoted-printable"]
        } else {
            self.header = header
            isEightBit = found.isEightBit
            fields = [
                "Content-Type: " + (isInternationalised ? "message/global-headers" : "text/rfc822-headers"),
                "Content-Transfer-Encoding: " + (isEightBit ? "8bit" : "7bit"),
            ]
        }
    }

    /// All of a message; nil where the header has to do: it is not wanted, too large, cannot be read, or needs BINARYMIME,
    /// for which it could get lost with the report.
    init?(wholeOf content: MessageContent, facts: ContentFacts?, for report: DeliveryReport) {
        guard report.returnsContent, content.byteCount <= Self.contentLimit,
            let facts = facts ?? (try? FileWork.scan(content)), !facts.hasNUL, facts.longestLine <= 998
        else { return nil }
        header = nil
        isEightBit = facts.isEightBit
        isInternationalised = report.isInternationalised || facts.hasNonASCIIHeader
        fields = [
            "Content-Type: " + (isInternationalised ? "message/global" : "message/rfc822"),
            "Content-Transfer-Encoding: " + (facts.isEightBit ? "8bit" : "7bit"),
        ]
    }

    /// The header of a message, as whole fields.
    ///
    /// It is in memory; a fault with what stands behind it does not matter.
    private static func header(of content: MessageContent) -> [UInt8] {
        let block = HeaderBlock(parsing: content.prefix(headerLimit))
        return Array(block.bytes[..<block.fieldsEnd])
    }
}
