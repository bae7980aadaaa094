// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Why something cannot stand in a header.
package struct HeaderFieldError: Error, Hashable, Sendable {
    /// What kind of mistake it is.
    package enum Code: Hashable, Sendable {
        /// The name of the field breaks the grammar.
        case name
        /// The field is written by the composer, or must not be written at all.
        case reserved
        /// The name of a part breaks the grammar.
        case contentID
    }

    /// What kind of mistake it is.
    package let code: Code
    /// What is wrong, printable.
    package let summary: String

    init(_ code: Code, _ summary: String) {
        self.code = code
        self.summary = summary
    }
}
