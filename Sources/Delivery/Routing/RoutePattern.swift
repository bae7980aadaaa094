// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage

/// A set of addresses, as a route names it.
///
/// Pure. Letters of ASCII are the same in upper and lower case.
///
/// | text | matches |
/// |---|---|
/// | `alice@example.org` | this address |
/// | `@example.org` | all addresses of the domain |
/// | `@.example.org` | all addresses of its sub-domains, at any depth |
/// | `<>` | the null sender |
package enum RoutePattern: Hashable, Sendable, CustomStringConvertible {
    /// One address, in lower case.
    case address(String)
    /// One domain, in lower case.
    case domain(String)
    /// The sub-domains of a domain, in lower case with the point before it.
    case subdomains(String)
    /// The null reverse path.
    case nullSender

    /// Reads a pattern; nil when it is none of these.
    package init?(_ text: String) {
        let lower = text.lowercased()
        guard lower != "<>" else {
            self = .nullSender
            return
        }
        guard let at = lower.lastIndex(of: "@") else { return nil }
        let domain = String(lower[lower.index(after: at)...])
        let name = domain.hasPrefix(".") ? String(domain.dropFirst()) : domain
        guard (try? MailAddress("a@" + name)) != nil else { return nil }
        if at != lower.startIndex {
            guard !domain.hasPrefix("."), (try? MailAddress(text)) != nil else { return nil }
            self = .address(lower)
        } else {
            self = domain.hasPrefix(".") ? .subdomains(domain) : .domain(domain)
        }
    }

    /// Whether an address is of the set; nil is the null reverse path.
    package func matches(_ address: MailAddress?) -> Bool {
        guard let address else { return self == .nullSender }
        return switch self {
        case .address(let text): address.description.lowercased() == text
        case .domain(let domain): address.domain.lowercased() == domain
        case .subdomains(let suffix): address.domain.lowercased().hasSuffix(suffix)
        case .nullSender: false
        }
    }

    package var description: String {
        switch self {
        case .address(let text): text
        case .domain(let domain): "@" + domain
        case .subdomains(let suffix): "@" + suffix
        case .nullSender: "<>"
        }
    }
}
