// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The envelope of a transaction, as the client has given it.
package struct SinkEnvelope: Hashable, Sendable {
    /// The path of MAIL with its parameters.
    package let sender: SinkAddress
    /// The paths of RCPT with their parameters.
    package internal(set) var recipients: [SinkAddress] = []

    /// The envelope as fields of a header, for the top of a stored message.
    var head: String {
        "Return-Path: \(sender.path)\n" + recipients.map { "Delivered-To: \($0.path)\n" }.joined()
    }
}
