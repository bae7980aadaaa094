// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// A part of a message that is composed: text, a file, or several parts.
///
/// A value: nothing is encoded before it is written, and the bytes of a file are not copied.
///
/// - SeeAlso: RFC 2045, RFC 2046, RFC 2183
package struct MIMEPart: Sendable {
    /// What the part consists of.
    enum Content: Sendable {
        /// Bytes, not yet encoded; text has CRLF at the end of each line.
        case data([UInt8])
        /// The bytes of a file that are asked for by this number when they are written.
        case supplied(Int)
        /// Parts.
        case parts([MIMEPart])
    }

    /// Longest line of text that stands as it is (RFC 5322 §2.1.1).
    private static let longestPlainLine = 78

    let contentType: ParameterizedValue
    let transferEncoding: TransferEncoding
    let disposition: ParameterizedValue?
    let contentID: ContentID?
    let content: Content

    /// Text, its lines ended by LF or CRLF; as it is where every relay and reader takes it, else as quoted-printable or
    /// base64, whichever is shorter.
    ///
    /// - Parameters:
    ///   - text: the text; a line end is added where the last line has none.
    ///   - subtype: `plain` or `html`.
    ///   - charset: the character set; UTF-8 takes its place where it does not have all of the text.
    /// - Returns: a part of `text/…`.
    package static func text(
        _ text: String,
        subtype: String = "plain",
        charset: TextCharset = .utf8
    ) -> MIMEPart {
        let used = [.ascii, charset].first { $0.canEncode(text) } ?? .utf8
        let bytes = (try? used.encode(text)) ?? Array(text.utf8)
        var data: [UInt8] = []
        data.reserveCapacity(bytes.count + bytes.count / 16)
        var isPlain = true
        for line in TextLines(bytes[...]) {
            data += line.content
            data += [0x0D, 0x0A]
            isPlain =
                isPlain && line.content.count <= longestPlainLine
                && line.content.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x09 }
        }
        return MIMEPart(
            contentType: ParameterizedValue("text/" + subtype, ["charset": used.name]),
            transferEncoding: isPlain
                ? .sevenBit : QuotedPrintable.isShort(for: data[...]) ? .quotedPrintable : .base64,
            disposition: nil,
            contentID: nil,
            content: .data(data)
        )
    }

    /// A file.
    ///
    /// - Parameters:
    ///   - content: its bytes. They arrive as they are, but for the line ends of an attached message.
    ///   - fileName: its name, any text; empty for none.
    ///   - contentType: its type with parameters; nil to go by the extension of the name. Where it is no type of a single
    ///     part, `application/octet-stream` takes its place.
    ///   - contentID: by what the text refers to it; nil for an attachment that stands for itself.
    /// - Returns: a part in base64, or an attached message as it is.
    package static func file(
        _ content: [UInt8],
        fileName: String,
        contentType: String? = nil,
        contentID: ContentID? = nil
    ) -> MIMEPart {
        var type = ParameterizedValue(parsing: contentType ?? FileNameRules.contentType(of: fileName))
        var encoding = TransferEncoding.base64
        var data = content
        if type.value == "message/rfc822", let message = attachedMessage(content) {
            (data, encoding) = message
        } else if !isSinglePart(type.value) {
            type = ParameterizedValue("application/octet-stream")
        } else if type.value.hasPrefix("text/"), type["charset"] == nil,
            let charset = [TextCharset.ascii, .utf8].first(where: { $0.isValid(content) })
        {
            type = type.adding("charset", charset.name)
        }
        return file(.data(data), encoding, fileName: fileName, type: type, contentID: contentID)
    }

    /// A file whose bytes are asked for when they are written: memory need not hold it.
    ///
    /// - Parameters:
    ///   - number: by which ``MessageComposer/write(using:supply:to:)`` asks for them.
    ///   - fileName: its name, any text; empty for none.
    ///   - contentType: its type with parameters; nil to go by the extension of the name. Nobody looks at the bytes: an
    ///     attached message, which had to stand as it is, counts as `application/octet-stream`.
    ///   - contentID: by what the text refers to it; nil for an attachment that stands for itself.
    /// - Returns: a part in base64.
    package static func file(
        suppliedAs number: Int,
        fileName: String,
        contentType: String? = nil,
        contentID: ContentID? = nil
    ) -> MIMEPart {
        var type = ParameterizedValue(parsing: contentType ?? FileNameRules.contentType(of: fileName))
        if !isSinglePart(type.value) { type = ParameterizedValue("application/octet-stream") }
        return file(.supplied(number), .base64, fileName: fileName, type: type, contentID: contentID)
    }

    private static func file(
        _ content: Content,
        _ encoding: TransferEncoding,
        fileName: String,
        type: ParameterizedValue,
        contentID: ContentID?
    ) -> MIMEPart {
        var type = type
        var disposition = ParameterizedValue(contentID == nil ? "attachment" : "inline")
        if !fileName.isEmpty {
            // RFC 2231 knows no second form of one parameter. Programs that do not know RFC 2231 read `name`.
            if type["name"] == nil { type = type.adding("name", FileNameRules.fallback(for: fileName)) }
            disposition = disposition.adding("filename", fileName)
        }
        return MIMEPart(
            contentType: type,
            transferEncoding: encoding,
            disposition: disposition,
            contentID: contentID,
            content: content
        )
    }

    /// Several parts: `mixed`, `alternative` or `related`.
    package static func multipart(_ subtype: String, _ parts: [MIMEPart]) -> MIMEPart {
        var type = ParameterizedValue("multipart/" + subtype)
        // RFC 2387 §3.1: the type of the root.
        if subtype == "related", let root = parts.first { type = type.adding("type", root.contentType.value) }
        let hasEightBit = parts.contains { $0.transferEncoding == .eightBit }
        return MIMEPart(
            contentType: type,
            transferEncoding: hasEightBit ? .eightBit : .sevenBit,
            disposition: nil,
            contentID: nil,
            content: .parts(parts)
        )
    }

    /// A message that can be attached as it is: RFC 2046 §5.2.1 forbids encoding it.
    private static func attachedMessage(_ content: [UInt8]) -> ([UInt8], TransferEncoding)? {
        let profile = ContentProfile(of: content[...])
        guard profile.fits8Bit else { return nil }
        var data: [UInt8] = []
        data.reserveCapacity(content.count + content.count / 16)
        for line in TextLines(content[...]) {
            data += line.content
            data += [0x0D, 0x0A]
        }
        return (data, profile.hasEightBit ? .eightBit : .sevenBit)
    }

    /// Whether a type with parameters can be that of a file: one part, or an attached message.
    package static func isFileType(_ contentType: String) -> Bool {
        let type = ParameterizedValue(parsing: contentType).value
        return type == "message/rfc822" || isSinglePart(type)
    }

    private static func isSinglePart(_ type: String) -> Bool {
        let words = type.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let isType =
            words.count == 2
            && words.allSatisfy { !$0.isEmpty && $0.allSatisfy(CharacterRules.isAttributeText) }
        return isType && !type.hasPrefix("multipart/") && !type.hasPrefix("message/")
    }
}
