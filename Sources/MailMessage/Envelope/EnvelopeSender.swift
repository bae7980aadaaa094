// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The sender of an envelope: the reverse path and the parameters of MAIL FROM.
///
/// - SeeAlso: RFC 5321 §4.1.1.2; the parameters and their values in RFC 3461, 6152, 6531, 6710, 4865, 2852, 8689 and 4954
package struct EnvelopeSender: Hashable, Sendable, CustomStringConvertible {
    /// Where reports go.
    package let path: ReversePath
    /// The parameters, each keyword once, values checked.
    package let parameters: [ESMTPParameter]

    /// A sender.
    ///
    /// - Throws: ``EnvelopeError`` when a parameter is unknown (SIZE too: it is computed), stands twice or has a bad value.
    package init(path: ReversePath, parameters: [ESMTPParameter] = []) throws(EnvelopeError) {
        try ParameterRules.check(parameters, against: ParameterRules.sender, of: "sender")
        self.path = path
        self.parameters = parameters
    }

    /// Reads `<a@b.example> RET=HDRS ENVID=x`, or `<>`; the brackets around an address may be left out.
    ///
    /// A name alone, such as `root`, is an error unless a domain is given that it then has.
    package init(
        parsing text: some StringProtocol,
        domainIfMissing: String? = nil
    ) throws(EnvelopeError) {
        let parts = try EnvelopeText(text)
        let path: ReversePath =
            parts.path == "<>" ? .null : .address(try parts.address(domainIfMissing: domainIfMissing))
        try self.init(path: path, parameters: parts.parameters)
    }

    /// The path and the parameters as in a queue file.
    package var description: String {
        ([path.description] + parameters.map(\.description)).joined(separator: " ")
    }
}
