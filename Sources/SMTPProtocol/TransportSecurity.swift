// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Whether and when a connection is encrypted.
///
/// What is chosen is demanded: there is no falling back.
package enum TransportSecurity: String, Hashable, Sendable, CaseIterable {
    /// Clear text throughout.
    case none
    /// Clear text until STARTTLS (RFC 3207), which must succeed before anything else.
    case startTLS
    /// TLS from the first byte (RFC 8314 §3.3).
    case implicitTLS
}
