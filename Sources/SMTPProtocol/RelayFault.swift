// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage

/// The relay, or the way to it, is at fault: whatever message was on its way is not.
package struct RelayFault: Error, Hashable, Sendable {
    /// What went wrong.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// The relay's name has no address.
        case resolve
        /// No address of the relay could be connected to.
        case connect
        /// TLS is demanded, and the relay does not offer it or refuses to begin.
        case tlsRefused
        /// The TLS handshake failed, or the relay is not who it should be.
        case tlsVerification
        /// A login is demanded, and the relay offers no mechanism that may be used.
        case authenticationNotOffered
        /// The login failed, or the relay demands one.
        case authenticationRefused
        /// The relay refused service in its greeting or in its answer to EHLO.
        case greeting
        /// The relay is closing: 421.
        case serviceClosing
        /// The relay did not answer in time.
        case timeout
        /// The connection broke.
        case connectionLost
        /// What the relay sent is not SMTP.
        case protocolViolation
        /// The reason is on this side: a setting, a descriptor limit.
        case local
    }

    /// What the system or somebody on the way said, where the fault comes from there.
    package enum Cause: Hashable, Sendable {
        /// A call of the operating system failed with this errno.
        case systemError(Int32)
        /// The resolver failed with this code of getaddrinfo.
        case resolver(Int32)
        /// The proxy on the way refused, or is none.
        case proxy
    }

    /// What went wrong.
    package let kind: Kind
    /// When it did.
    package let phase: SessionPhase
    /// The reply code, if the relay gave one.
    package let code: Int?
    /// The reason in words: printable.
    package let text: String
    /// Where the fault comes from; nil where the relay or this side says it all.
    package let cause: Cause?

    /// A fault.
    ///
    /// The text is made printable.
    package init(kind: Kind, phase: SessionPhase, code: Int?, text: String, cause: Cause? = nil) {
        self.kind = kind
        self.phase = phase
        self.code = code
        self.text = PrintableText(text).string
        self.cause = cause
    }

    /// The same fault for what had not begun when it came.
    var whileIdle: RelayFault { RelayFault(kind: kind, phase: .idle, code: code, text: text, cause: cause) }
}
