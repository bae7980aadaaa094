// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// A recipient of an envelope: the address and the parameters of RCPT TO.
///
/// - SeeAlso: RFC 5321 §4.1.1.3; NOTIFY and ORCPT in RFC 3461
package struct EnvelopeRecipient: Hashable, Sendable, CustomStringConvertible {
    /// The address.
    package let address: MailAddress
    /// The parameters, each keyword once, values checked.
    package let parameters: [ESMTPParameter]

    /// A recipient.
    ///
    /// - Throws: ``EnvelopeError`` when a parameter is unknown, stands twice or has a bad value.
    package init(address: MailAddress, parameters: [ESMTPParameter] = []) throws(EnvelopeError) {
        try ParameterRules.check(parameters, against: ParameterRules.recipient, of: "recipient")
        self.address = address
        self.parameters = parameters
    }

    /// Reads `<a@b.example> NOTIFY=FAILURE,DELAY ORCPT=rfc822;a@b.example`; the brackets may be left out.
    ///
    /// A name alone, such as `root`, is an error unless a domain is given that it then has.
    package init(
        parsing text: some StringProtocol,
        domainIfMissing: String? = nil
    ) throws(EnvelopeError) {
        let parts = try EnvelopeText(text)
        try self.init(
            address: parts.address(domainIfMissing: domainIfMissing),
            parameters: parts.parameters
        )
    }

    /// The address in brackets and the parameters, as in a queue file.
    package var description: String {
        (["<\(address)>"] + parameters.map(\.description)).joined(separator: " ")
    }
}
