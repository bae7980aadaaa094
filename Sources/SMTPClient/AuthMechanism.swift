// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// How a login chooses its SASL mechanism.
package enum AuthMechanism: Hashable, Sendable {
    /// The strongest that both sides have.
    case auto
    /// LOGIN, or PLAIN where the server does not offer that.
    case userPassword
    /// CRAM-MD5.
    case cramMD5
    /// NTLM.
    case ntlm
    /// APOP, which is a login of POP3: no SMTP server offers it, so that the login fails.
    case apop
    /// PLAIN.
    case saslPlain
    /// DIGEST-MD5.
    case digestMD5
    /// GSSAPI with Kerberos V5.
    case kerberos
    /// XOAUTH2.
    case xoauth2
    /// The first of these that the server offers; an empty list is the same as ``auto``.
    case named([SASLMechanism])

    /// The choices that have a number in the classic component, in its order.
    private static let numbered: [AuthMechanism] = [
        .userPassword, .cramMD5, .ntlm, .apop, .saslPlain, .digestMD5, .kerberos, .xoauth2,
    ]

    /// The choice of a number, 0 to 7.
    package init?(number: Int) {
        guard Self.numbered.indices.contains(number) else { return nil }
        self = Self.numbered[number]
    }

    /// The number of the choice; nil for those that the classic component does not have.
    package var number: Int? { Self.numbered.firstIndex(of: self) }

    /// The mechanisms of a choice that names them, best first; nil where the login decides.
    var names: [String]? {
        switch self {
        case .auto: nil
        case .userPassword: ["LOGIN", "PLAIN"]
        case .cramMD5: ["CRAM-MD5"]
        case .ntlm: ["NTLM"]
        case .apop: ["APOP"]
        case .saslPlain: ["PLAIN"]
        case .digestMD5: ["DIGEST-MD5"]
        case .kerberos: ["GSSAPI"]
        case .xoauth2: ["XOAUTH2"]
        case .named(let mechanisms): mechanisms.isEmpty ? nil : mechanisms.map(\.rawValue)
        }
    }
}
