// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Turns a message with bytes beyond ASCII, or with lines that are too long, into one that every relay takes.
///
/// | what | becomes |
/// |---|---|
/// | text | quoted-printable, or base64 where that is shorter |
/// | any other content | base64 |
/// | an attached message, a multipart | the same, its parts converted |
/// | raw text in a header | encoded words, RFC 2231 parameters |
/// | lines of text around the parts of a multipart | left out, if they do not fit |
/// | a part that fits | itself, byte for byte |
///
/// A part of `multipart/signed` that does not fit is refused. Signatures of the whole message (DKIM) are not looked at:
/// whoever signs does so behind this (RFC 6376 §5.3).
///
/// All is decided before the first byte is written. Cost: linear in the length of the message. Memory: the message, and one
/// part at a time.
///
/// - SeeAlso: RFC 6152 §3, RFC 2045 §6.4, RFC 2047 §5
package struct ContentReencoder: Sendable {
    /// A piece of the new message.
    private enum Piece: Sendable {
        case copy(Range<Int>)
        case text(String)
        case content(part: Int, encoding: TransferEncoding)
    }

    private let structure: MIMEStructure
    private let table: CleanlinessTable
    private var pieces: [Piece] = []

    /// The message that every relay takes.
    package static func reencode(_ message: [UInt8]) throws(ReencodingError) -> [UInt8] {
        let reencoder = try Self(message)
        var result: [UInt8] = []
        result.reserveCapacity(message.count + message.count / 2)
        reencoder.write { result += $0 }
        return result
    }

    /// Decides how a message is converted.
    ///
    /// - Throws: ``ReencodingError`` when it cannot be.
    package init(_ message: [UInt8]) throws(ReencodingError) {
        structure = MIMEStructure(parsing: message)
        table = CleanlinessTable(structure)
        try add(0, isMessage: true)
    }

    /// Writes the new message piece by piece.
    package func write<Failure: Error>(
        to sink: (ArraySlice<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        for piece in pieces {
            switch piece {
            case .copy(let range): if !range.isEmpty { try sink(structure.bytes[range]) }
            case .text(let text): try sink(Array(text.utf8)[...])
            case .content(let part, let encoding): try sink(encoded(structure.parts[part], encoding)[...])
            }
        }
    }

    private mutating func add(_ index: Int, isMessage: Bool) throws(ReencodingError) {
        let part = structure.parts[index]
        guard table.needsWork[index] else { return pieces.append(.copy(part.range)) }
        if part.children.isEmpty || part.contentType.value == "multipart/signed" {
            return try addLeaf(index, isMessage: isMessage)
        }
        try addHeader(of: part, encoding: .sevenBit, isMessage: isMessage)
        if let boundary = part.contentType["boundary"],
            !boundary.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        {
            throw ReencodingError(.structure, "a boundary is not printable ASCII")
        }
        var end = part.body.lowerBound
        for child in part.children {
            addLines(end..<structure.parts[child].range.lowerBound)
            try add(child, isMessage: part.contentType.value == "message/rfc822")
            end = structure.parts[child].range.upperBound
        }
        addLines(end..<part.body.upperBound)
    }

    private mutating func addLeaf(_ index: Int, isMessage: Bool) throws(ReencodingError) {
        let part = structure.parts[index]
        guard !table.isClean(part.body) else {
            let encoding = part.transferEncoding.map { $0.isIdentity ? .sevenBit : $0 }
            try addHeader(of: part, encoding: encoding, isMessage: isMessage)
            return pieces.append(.copy(part.body))
        }
        let type = part.contentType.value
        let shown = PrintableText(type, limitBytes: 80)
        if type == "multipart/signed" {
            throw ReencodingError(.signed, "a signed part has bytes beyond ASCII, or lines that are too long")
        }
        // RFC 2045 §6.4; RFC 6532 §3.7 lets message/global be encoded.
        let isComposite = type.hasPrefix("message/") && !type.hasPrefix("message/global")
        guard !isComposite, !type.hasPrefix("multipart/") else {
            throw ReencodingError(
                .structure,
                "content of \(shown) must not be encoded, and cannot be taken apart"
            )
        }
        guard part.transferEncoding != nil else {
            throw ReencodingError(.encoding, "content of \(shown) has an encoding that is not known")
        }
        let isShort = QuotedPrintable.isShort(for: structure.content(of: part))
        let encoding: TransferEncoding = Self.isText(part) && isShort ? .quotedPrintable : .base64
        try addHeader(of: part, encoding: encoding, isMessage: isMessage)
        pieces.append(.content(part: index, encoding: encoding))
    }

    private func encoded(_ part: MIMEStructure.Part, _ encoding: TransferEncoding) -> [UInt8] {
        let content = structure.content(of: part)
        if encoding == .quotedPrintable { return QuotedPrintable.encode(text: content) }
        guard Self.isText(part) else { return Base64.encodeLines(content) }
        // RFC 2045 §6.8: text has CRLF line ends before it is encoded.
        let lines = TextLines(content)
        return Base64.encodeLines(
            lines.flatMap { $0.isTerminated ? $0.content + [0x0D, 0x0A] : $0.content }[...]
        )
    }

    /// Whether the content consists of lines: UTF-16 and the like do not.
    private static func isText(_ part: MIMEStructure.Part) -> Bool {
        let charset = part.contentType["charset"]?.lowercased() ?? ""
        return part.contentType.value.hasPrefix("text/")
            && !["utf-16", "utf-32", "iso-10646-ucs-"].contains(where: charset.hasPrefix)
    }

    /// The delimiters of a multipart and the text around them, which no reader shows.
    private mutating func addLines(_ range: Range<Int>) {
        guard !table.isClean(range) else { return pieces.append(.copy(range)) }
        for line in TextLines(structure.bytes[range]) {
            var content = line.content
            while let last = content.last, last == 0x20 || last == 0x09 { content.removeLast() }
            if CleanlinessTable.isClean(content) {
                pieces.append(.text(String(decoding: content, as: UTF8.self) + "\r\n"))
            }
        }
    }

    private mutating func addHeader(
        of part: MIMEStructure.Part,
        encoding: TransferEncoding?,
        isMessage: Bool
    ) throws(ReencodingError) {
        let name = "Content-Transfer-Encoding"
        var isEncodingWritten = false
        for field in part.header.fields {
            if let encoding, HeaderBlock.isSame(field.name, name) {
                if !isEncodingWritten { pieces.append(.text("\(name): \(encoding.rawValue)\r\n")) }
                isEncodingWritten = true
            } else if table.isClean(field.range) {
                pieces.append(.copy(field.range))
            } else {
                pieces.append(.text(try HeaderReencoder.field(field, of: part.header)))
            }
        }
        // Without the field 7bit is meant.
        if let encoding, !isEncodingWritten, encoding != .sevenBit {
            pieces.append(
                .text(newFields(of: part, isMessage: isMessage) + "\(name): \(encoding.rawValue)\r\n")
            )
        }
        let separator = part.header.fieldsEnd..<part.body.lowerBound
        pieces.append(separator.isEmpty ? .text("\r\n") : .copy(separator))
    }

    /// What must stand before the encoding, where it is missing.
    private func newFields(of part: MIMEStructure.Part, isMessage: Bool) -> String {
        var fields = ""
        if isMessage, !part.header.has("MIME-Version") { fields += "MIME-Version: 1.0\r\n" }
        if !part.header.has("Content-Type"), part.contentType.value == "text/plain" {
            // RFC 1428 §3: 8-bit text of which nothing is known.
            let isUTF8 = String(validating: structure.bytes[part.body], as: UTF8.self) != nil
            fields += "Content-Type: text/plain; charset=" + (isUTF8 ? "utf-8" : "unknown-8bit") + "\r\n"
        }
        return fields
    }
}
