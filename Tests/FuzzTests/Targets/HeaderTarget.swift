// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

@testable import MailMessage

/// The header of a message: its fields, encoded words, parameters, and what is written in their place.
enum HeaderTarget {
    static func run(_ input: [UInt8]) throws(Violation) {
        let header = HeaderBlock(parsing: input)
        var end = 0
        for field in header.fields {
            try Violation.unless(
                field.range.lowerBound == end && !field.range.isEmpty,
                "fields follow each other"
            )
            end = field.range.upperBound
        }
        try Violation.unless(
            header.fieldsEnd == end && end <= header.bodyOffset && header.bodyOffset <= input.count,
            "the body stands behind the fields"
        )
        for field in header.fields.prefix(20) {
            let value = header.value(of: field)
            try Violation.unless(!value.utf8.contains(UInt8(ascii: "\n")), "a value is one line")
            try check(text: value)
            try check(text: EncodedWordReader.decode(value))
            try check(parameters: ParameterizedValue(parsing: value))
        }
    }

    /// Text is read as it was written, in each character set.
    private static func check(text: String) throws(Violation) {
        let clean = CharacterRules.withoutControls(text).unicodeScalars
        let blank = Unicode.Scalar(0x20 as UInt8)
        let end = clean.lastIndex { $0 != blank }.map { clean.index(after: $0) } ?? clean.startIndex
        let expected = String(String.UnicodeScalarView(clean[..<end].drop { $0 == blank }))
        for charset in TextCharset.allCases + [nil] {
            let style = HeaderStyle(lineByteLimit: 76, charset: charset)
            let field = HeaderFieldEncoder.unstructured("Subject", text, style: style) + "\r\n"
            let header = HeaderBlock(parsing: Array(field.utf8))
            try Violation.unless(header.fieldsEnd == field.utf8.count, "one field stays one")
            let value = header.values(of: "Subject").joined()
            let written = charset == nil ? value : EncodedWordReader.decode(value)
            try Violation.unless(
                charset == nil || field.utf8.allSatisfy { $0 < 0x80 },
                "a field with a character set is ASCII"
            )
            // Not equal as texts, which may differ in their characters.
            try Violation.unless(written.utf8.elementsEqual(expected.utf8), "text is read as it is written")
        }
    }

    /// Parameters are read as they were written.
    private static func check(parameters value: ParameterizedValue) throws(Violation) {
        let isWritten = { (text: String) in
            !text.isEmpty && text.utf8.allSatisfy(CharacterRules.isAttributeText) && !text.hasPrefix("=?")
        }
        let type = value.value.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard type.count == 2, type.allSatisfy(isWritten) else { return }
        let parameters = value.parameters.filter { isWritten($0.name) }
            .map {
                ParameterizedValue.Parameter(name: $0.name, value: CharacterRules.withoutControls($0.value))
            }
        let clean = ParameterizedValue(value.value, parameters)
        let field = HeaderFieldEncoder.parameterized("Content-Type", clean) + "\r\n"
        let header = HeaderBlock(parsing: Array(field.utf8))
        let written = header.values(of: "Content-Type").first.map(ParameterizedValue.init(parsing:))
        try Violation.unless(
            header.fieldsEnd == field.utf8.count && written == clean,
            "parameters are read as they are written"
        )
    }
}
