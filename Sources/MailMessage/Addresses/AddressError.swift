// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Why a text is no mail address or address list.
package struct AddressError: Error, Hashable, Sendable {
    /// What kind of mistake it is.
    package enum Code: Hashable, Sendable {
        /// There is nothing.
        case empty
        /// A control character or line separator stands in it.
        case controlCharacter
        /// It was not UTF-8.
        case encoding
        /// The part before the `@` breaks the grammar.
        case localPart
        /// The part after the `@` breaks the grammar, or is missing.
        case domain
        /// A part is longer than RFC 5321 §4.5.3.1 allows.
        case tooLong
        /// A list breaks the grammar.
        case list
    }

    /// What kind of mistake it is.
    package let code: Code
    /// What is wrong and where, printable.
    package let summary: String

    init(_ code: Code, _ problem: String, in text: some StringProtocol) {
        self.code = code
        summary = "address \"\(PrintableText(text, limitBytes: 120))\": \(problem)"
    }
}
