// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Which mechanisms a login may take at a server.
///
/// - SeeAlso: RFC 4954 §3
package struct SASLMechanismRules: Sendable {
    /// Mechanisms that show the password, or a token as good as one, to everyone on the way.
    private static let clearText: Set<String> = ["PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER"]

    /// What the login can use, best first, in upper case.
    let candidates: [String]
    /// What the server offers, in upper case.
    let offered: [String]
    /// Whether a mechanism that shows the password may be used.
    let isClearTextAllowed: Bool

    /// Rules for one login at one server.
    package init(candidates: [String], offered: [String], isClearTextAllowed: Bool) {
        self.candidates = candidates.map { $0.uppercased() }
        self.offered = offered
        self.isClearTextAllowed = isClearTextAllowed
    }

    /// Whether a mechanism must not be used without TLS.
    package static func showsSecret(_ mechanism: String) -> Bool { clearText.contains(mechanism) }

    /// The mechanisms that both sides have and that may be used, best first.
    package var usable: [String] {
        common.filter { isClearTextAllowed || !Self.showsSecret($0) }
    }

    /// Why there is none.
    package var fault: RelayFault {
        let reason =
            if !common.isEmpty {
                "the login would show the password, because the connection is not encrypted"
            } else if offered.isEmpty {
                "the server offers no login"
            } else {
                "the server offers no login but \(offered.joined(separator: ", "))"
            }
        return RelayFault(kind: .authenticationNotOffered, phase: .authentication, code: nil, text: reason)
    }

    private var common: [String] { candidates.filter(offered.contains) }
}
