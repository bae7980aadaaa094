// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Writes a header field that not every relay takes in a form that every relay does.
///
/// Comments in addresses are lost. Text that is no UTF-8 keeps its bytes, under the name that RFC 1428 gives to what is not
/// known.
///
/// - SeeAlso: RFC 2047 §5, RFC 2231
enum HeaderReencoder {
    /// The field in ASCII, its line end included.
    static func field(
        _ field: HeaderBlock.Field,
        of header: HeaderBlock
    ) throws(ReencodingError) -> String {
        let text = try encoded(field, of: header) + "\r\n"
        guard ContentProfile(of: Array(text.utf8)[...]).fits7Bit else {
            throw failure(field.name, "has a line that cannot be folded")
        }
        return text
    }

    private static func encoded(
        _ field: HeaderBlock.Field,
        of header: HeaderBlock
    ) throws(ReencodingError) -> String {
        let bytes = header.rawValue(of: field)
        guard bytes.contains(where: { $0 >= 0x80 || $0 == 0 }) else { return try folded(field.name, bytes) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            guard HeaderFieldKind(of: field.name) == .text else {
                throw failure(field.name, "has bytes that are not UTF-8")
            }
            return unknown(field.name, bytes)
        }
        switch HeaderFieldKind(of: field.name) {
        case .addresses: return try addresses(field.name, text)
        case .parameters: return try parameters(field.name, text)
        case .text:
            return HeaderFieldEncoder.unstructured(field.name, EncodedWordReader.decode(text))
        case .verbatim: throw failure(field.name, "is not ASCII")
        }
    }

    private static func addresses(_ name: String, _ text: String) throws(ReencodingError) -> String {
        guard let entries = try? AddressListParser.entries(in: text) else {
            throw failure(name, "is no list of addresses that can be encoded")
        }
        guard entries.allSatisfy({ $0.mailboxes.allSatisfy(\.address.isASCII) }) else {
            throw ReencodingError(.address, "an address in \(PrintableText(name)) is not ASCII")
        }
        let readable = entries.map { entry in
            let mailboxes = entry.mailboxes.map {
                Mailbox(displayName: $0.readableName, address: $0.address)
            }
            guard case .group(let name, _) = entry else { return mailboxes.map(AddressListEntry.mailbox) }
            return [.group(name: EncodedWordReader.decode(name), members: mailboxes)]
        }
        return HeaderFieldEncoder.addresses(name, readable.flatMap(\.self))
    }

    private static func parameters(_ name: String, _ text: String) throws(ReencodingError) -> String {
        let value = ParameterizedValue(parsing: text)
        // What is no name would become one, or two: `"x; boundary"=b`.
        let names = value.parameters.map(\.name) + value.value.split(separator: "/").map(String.init)
        guard names.allSatisfy({ $0.utf8.allSatisfy(CharacterRules.isAttributeText) }) else {
            throw failure(name, "has a type or a parameter of which the name cannot be written")
        }
        return HeaderFieldEncoder.parameterized(name, value)
    }

    /// ASCII in lines that are too long: folded at its blanks, nothing else changes.
    private static func folded(_ name: String, _ bytes: ArraySlice<UInt8>) throws(ReencodingError) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        let style = HeaderStyle(lineByteLimit: HeaderStyle.standard.lineByteLimit, charset: nil)
        let field = HeaderFieldEncoder.unstructured(name, text, style: style)
        if ContentProfile(of: Array(field.utf8)[...]).fits7Bit { return field }
        switch HeaderFieldKind(of: name) {
        case .addresses: return try addresses(name, text)
        case .parameters: return try parameters(name, text)
        case .text: return HeaderFieldEncoder.unstructured(name, EncodedWordReader.decode(text))
        case .verbatim: return field
        }
    }

    private static func unknown(_ name: String, _ bytes: ArraySlice<UInt8>) -> String {
        var folder = HeaderFolder(name: name, style: .standard)
        let room = folder.roomForEncodedWord
        for word in EncodedWord.words(of: bytes.map { [$0] }, label: "unknown-8bit", firstLimit: room) {
            folder.append(word, isEncoded: true)
        }
        return folder.text
    }

    private static func failure(_ name: String, _ problem: String) -> ReencodingError {
        ReencodingError(.header, "header \(PrintableText(name, limitBytes: 80)): \(problem)")
    }
}
