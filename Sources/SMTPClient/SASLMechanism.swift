// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The SASL mechanisms this client has, the strongest first.
///
/// - SeeAlso: RFC 4422
package enum SASLMechanism: String, CaseIterable, Hashable, Sendable {
    /// RFC 7677.
    case scramSHA256 = "SCRAM-SHA-256"
    /// RFC 5802.
    case scramSHA1 = "SCRAM-SHA-1"
    /// RFC 2831.
    case digestMD5 = "DIGEST-MD5"
    /// RFC 2195.
    case cramMD5 = "CRAM-MD5"
    /// RFC 7628.
    case oauthBearer = "OAUTHBEARER"
    /// The form of Google and Microsoft.
    case xoauth2 = "XOAUTH2"
    /// A client certificate (RFC 4422, appendix A).
    case external = "EXTERNAL"
    /// Kerberos V5 (RFC 4752).
    case gssapi = "GSSAPI"
    /// The challenge and response of Windows; weaker than the others that hide the password.
    case ntlm = "NTLM"
    /// RFC 4616.
    case plain = "PLAIN"
    /// The older form of PLAIN, never standardised.
    case login = "LOGIN"

    /// By what a login shows who it is.
    package enum Proof: Hashable, Sendable {
        /// A password.
        case password
        /// A bearer token.
        case token
        /// Something outside the login: a client certificate, a Kerberos ticket.
        case outside
    }

    /// By what the mechanism shows who it is.
    package var proof: Proof {
        switch self {
        case .scramSHA256, .scramSHA1, .digestMD5, .cramMD5, .ntlm, .plain, .login: .password
        case .oauthBearer, .xoauth2: .token
        case .external, .gssapi: .outside
        }
    }

    /// Whether the server speaks first: AUTH goes out without an initial response.
    var isServerFirst: Bool {
        switch self {
        case .login, .cramMD5, .digestMD5: true
        default: false
        }
    }
}
