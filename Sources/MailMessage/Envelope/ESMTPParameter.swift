// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// A parameter of MAIL FROM or RCPT TO: `KEYWORD` or `KEYWORD=value`.
///
/// Whatever exists as a value can stand on the wire: no blanks, no controls, no `=` in the value.
///
/// - SeeAlso: RFC 5321 §4.1.2 (`esmtp-param`)
package struct ESMTPParameter: Hashable, Sendable, CustomStringConvertible {
    /// The keyword, in upper case.
    package let keyword: String
    /// The value; nil when the keyword stands alone.
    package let value: String?

    /// A parameter.
    ///
    /// - Throws: ``EnvelopeError`` when the keyword or the value breaks the grammar.
    package init(keyword: some StringProtocol, value: (some StringProtocol)?) throws(EnvelopeError) {
        let isKeyword = keyword.utf8.allSatisfy {
            CharacterRules.isAlphanumeric($0) || $0 == UInt8(ascii: "-")
        }
        guard isKeyword, let first = keyword.utf8.first, first != UInt8(ascii: "-"), keyword.utf8.count <= 40
        else {
            throw EnvelopeError(
                .parameter,
                "\"\(PrintableText(keyword, limitBytes: 60))\" is no parameter name"
            )
        }
        self.keyword = keyword.uppercased()
        guard let value else {
            self.value = nil
            return
        }
        let isValue =
            value.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "=") }
            && !value.unicodeScalars.contains(where: CharacterRules.isForbidden)
        guard isValue, !value.isEmpty, value.utf8.count <= 1000 else {
            throw EnvelopeError(
                .parameter,
                "\(self.keyword)=\"\(PrintableText(value, limitBytes: 60))\" is no parameter value"
            )
        }
        self.value = String(value)
    }

    /// The parameter as on the wire.
    package var description: String { value.map { keyword + "=" + $0 } ?? keyword }
}

extension [ESMTPParameter] {
    /// The parameter with this keyword, in upper case; nil when there is none.
    package subscript(keyword: String) -> ESMTPParameter? { first { $0.keyword == keyword } }
}
