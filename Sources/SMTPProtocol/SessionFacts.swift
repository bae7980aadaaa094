// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// What a session that is ready for mail has found out.
package struct SessionFacts: Hashable, Sendable {
    /// What the server announced last: after STARTTLS, what it announced under TLS.
    package let capabilities: Capabilities
    /// Whether the connection is encrypted.
    package let isSecured: Bool
    /// The SASL mechanism of the login; nil without one.
    package let mechanism: String?

    /// How many transactions should be asked for at a time; 1 where they cannot overlap.
    package let pipelineDepth: Int

    /// The facts of a session.
    package init(capabilities: Capabilities, isSecured: Bool, mechanism: String?, pipelineDepth: Int) {
        self.pipelineDepth = pipelineDepth
        self.capabilities = capabilities
        self.isSecured = isSecured
        self.mechanism = mechanism
    }
}
