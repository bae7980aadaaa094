// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

extension SMTP {
    /// Which way something goes.
    public enum Direction: Int, CaseIterable, Sendable {
        /// From this side to the server.
        case client = 0
        /// From the server to this side.
        case server = 1
        /// From the class itself.
        case info = 2
    }

    /// How to log in.
    public enum AuthMechanism: Int, CaseIterable, Sendable {
        /// AUTH LOGIN, or AUTH PLAIN where the server has only that.
        case userPassword = 0
        /// CRAM-MD5 (RFC 2195).
        case cramMD5 = 1
        /// NTLM.
        case ntlm = 2
        /// Not a mechanism of SMTP: kept for its number.
        case apop = 3
        /// AUTH PLAIN (RFC 4616).
        case saslPlain = 4
        /// DIGEST-MD5 (RFC 2831).
        case saslDigestMD5 = 5
        /// Kerberos, the GSSAPI mechanism (RFC 4752).
        case kerberos = 6
        /// XOAUTH2, with the token of the setting AuthorizationIdentity.
        case xoauth2 = 7
    }

    /// What stands between this host and the server.
    public enum FirewallType: Int, CaseIterable, Sendable {
        /// Nothing.
        case none = 0
        /// An HTTP proxy that takes CONNECT.
        case tunnel = 1
        /// A SOCKS 4 proxy.
        case socks4 = 2
        /// A SOCKS 5 proxy (RFC 1928).
        case socks5 = 3
    }

    /// The word of the header Importance (RFC 2156).
    public enum Importance: Int, CaseIterable, Sendable {
        /// No header.
        case unspecified = 0
        /// `high`.
        case high = 1
        /// `normal`.
        case normal = 2
        /// `low`.
        case low = 3
    }

    /// The word of the header Priority (RFC 2156).
    public enum Priority: Int, CaseIterable, Sendable {
        /// No header.
        case unspecified = 0
        /// `normal`.
        case normal = 1
        /// `urgent`.
        case urgent = 2
        /// `non-urgent`.
        case nonUrgent = 3
    }

    /// The word of the header Sensitivity (RFC 2156).
    public enum Sensitivity: Int, CaseIterable, Sendable {
        /// No header.
        case unspecified = 0
        /// `Personal`.
        case personal = 1
        /// `Private`.
        case `private` = 2
        /// `Company-Confidential`.
        case companyConfidential = 3
    }

    /// Where a recipient stands.
    public enum RecipientType: Int, CaseIterable, Sendable {
        /// In To.
        case to = 0
        /// In Cc.
        case cc = 1
        /// In no header.
        case bcc = 2
    }
}
