// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// A path of MAIL or RCPT, with its parameters.
package struct SinkAddress: Hashable, Sendable {
    /// Whose path it is.
    package enum Role: Hashable, Sendable {
        /// That of MAIL.
        case sender
        /// That of RCPT.
        case recipient
    }

    /// The path with its angle brackets.
    package let path: String
    /// The parameters, as sent.
    package let parameters: [String]
    /// The path and its parameters, as sent.
    package var argument: String { ([path] + parameters).joined(separator: " ") }

    init(path: Substring, parameters: [Substring]) {
        self.path = String(path)
        self.parameters = parameters.map(String.init)
    }
}
