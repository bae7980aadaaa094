// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Why a message cannot be turned into one that every relay takes.
package struct ReencodingError: Error, Hashable, Sendable {
    /// What stands in the way.
    package enum Code: Hashable, Sendable {
        /// A signed part would no longer match its signature.
        case signed
        /// A multipart or message that must not be encoded, and cannot be taken apart.
        case structure
        /// The content has an encoding that is not known.
        case encoding
        /// A header field in which nothing may be encoded.
        case header
        /// An address beyond ASCII: only SMTPUTF8 carries it.
        case address
    }

    /// What stands in the way.
    package let code: Code
    /// What is wrong, printable.
    package let summary: String

    init(_ code: Code, _ summary: String) {
        self.code = code
        self.summary = summary
    }
}
