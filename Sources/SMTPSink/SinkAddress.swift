// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// A path of MAIL or RCPT, with its parameters.
struct SinkAddress {
    /// The path with its angle brackets.
    let path: String
    /// The path and its parameters, as sent.
    let argument: String

    init(path: Substring, parameters: [Substring]) {
        self.path = String(path)
        argument = ([path] + parameters).joined(separator: " ")
    }
}
