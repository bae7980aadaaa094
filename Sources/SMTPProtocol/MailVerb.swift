// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The command a transaction begins with; the raw value is its word on the wire.
///
/// - SeeAlso: RFC 5321 §4.1.1.2; RFC 821 §3.4 for those that go to terminals, which RFC 5321 appendix F.6 drops
package enum MailVerb: String, Hashable, Sendable, CaseIterable {
    /// To the mailbox.
    case mail = "MAIL"
    /// To the terminal, or not at all.
    case send = "SEND"
    /// To the terminal if the user is there, else to the mailbox.
    case sendOrMail = "SOML"
    /// To the terminal if the user is there, and to the mailbox.
    case sendAndMail = "SAML"
}
