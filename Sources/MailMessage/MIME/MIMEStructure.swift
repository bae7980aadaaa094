// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The parts of a message as ranges of its bytes: nothing is copied, and nothing is decoded.
///
/// Parts stand in the order in which they begin; the first one is the message itself. A multipart has its parts as children,
/// an attached message has one child: that message. What cannot be taken apart is a part without children.
///
/// Never fails. Cost: linear in the length of the message, however deep its parts are nested.
///
/// - SeeAlso: RFC 2045, RFC 2046 §5.1, §5.2.1
package struct MIMEStructure: Sendable {
    /// Deepest nesting; what lies deeper is not taken apart.
    package static let depthLimit = 100
    /// Most parts; a message with more is not taken apart at all.
    package static let partLimit = 10_000

    /// One part.
    package struct Part: Sendable {
        /// How many parts this one lies within.
        package let depth: Int
        /// Its header, which for the message itself is that of the message.
        package internal(set) var header: HeaderBlock
        /// Its header and body, without the line end that belongs to the delimiter behind them.
        package internal(set) var range: Range<Int>
        /// Its body.
        package internal(set) var body: Range<Int>
        /// Its type; `text/plain`, or within a digest `message/rfc822`, where the header names none.
        package internal(set) var contentType: ParameterizedValue
        /// How its content is represented; nil for an encoding that is not known.
        package internal(set) var transferEncoding: TransferEncoding?
        /// The parts directly within it, as indices of ``MIMEStructure/parts``.
        package internal(set) var children: [Int] = []
    }

    /// The bytes of the message.
    package let bytes: [UInt8]
    /// The parts; at least one.
    package let parts: [Part]

    /// Takes a message apart.
    package init(parsing bytes: [UInt8]) {
        self.bytes = bytes
        parts = MIMEStructureParser.parts(of: bytes)
    }

    /// The message itself.
    package var root: Part { parts[0] }

    /// The content of a part: its body, decoded.
    ///
    /// In an encoding that is not known it stays as it is. Nothing is copied where nothing is encoded.
    package func content(of part: Part) -> ArraySlice<UInt8> {
        let body = bytes[part.body]
        return switch part.transferEncoding {
        case .quotedPrintable: QuotedPrintable.decode(body)[...]
        case .base64: Base64.decodeLeniently(body)[...]
        case .sevenBit, .eightBit, .binary, nil: body
        }
    }

    /// The content of a part as text: in the character set that its type names, in UTF-8 where that is not known.
    package func text(of part: Part) -> String {
        let charset = part.contentType["charset"].flatMap(TextCharset.init(named:)) ?? .utf8
        return charset.decode(content(of: part))
    }

    /// The name of the file that a part is; nil for none.
    package func fileName(of part: Part) -> String? {
        let disposition = part.header.values(of: "Content-Disposition").first
        return disposition.flatMap { ParameterizedValue(parsing: $0)["filename"] } ?? part.contentType["name"]
    }
}
