// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage

/// The limits a server announced with LIMITS; nil where it named none.
///
/// A value that cannot be read is as if it were not there, as is a limit of another name.
///
/// - SeeAlso: RFC 9422
package struct ServiceLimits: Hashable, Sendable {
    /// The most recipients where the server names no limit: what every server must take (RFC 5321 §4.5.3.1.8).
    private static let usualRecipients = 100
    /// The most recipients whatever the server names: the answers are held in memory.
    private static let mostRecipients = 1000

    /// RCPTMAX: the most recipients of one transaction.
    package private(set) var recipients: Int?
    /// RCPTDOMAINMAX: the most domains among the recipients of one transaction.
    package private(set) var recipientDomains: Int?
    /// MAILMAX: the most transactions of one session.
    package private(set) var transactions: Int?

    /// No limits.
    package static let none = ServiceLimits()

    private init() {}

    /// Reads the words after LIMITS, in upper case.
    init(_ words: some Sequence<Substring>) {
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let value = Self.number(parts[1]) else { continue }
            switch parts[0] {
            case "RCPTMAX": recipients = value
            case "RCPTDOMAINMAX": recipientDomains = value
            case "MAILMAX": transactions = value
            default: break
            }
        }
    }

    /// Splits recipients, in their order, so that each part fits into one transaction and has at most `most` of them.
    package func parts(
        of recipients: [EnvelopeRecipient],
        atMost most: Int = .max
    ) -> [ArraySlice<EnvelopeRecipient>] {
        let limit = min(self.recipients ?? Self.usualRecipients, Self.mostRecipients, max(1, most))
        guard recipients.count > limit || recipientDomains != nil else { return [recipients[...]] }
        var parts: [ArraySlice<EnvelopeRecipient>] = []
        var start = 0
        var domains: Set<String> = []
        for (index, recipient) in recipients.enumerated() {
            let domain = recipient.address.domain.lowercased()
            let isOneMoreDomain = domains.count == recipientDomains && !domains.contains(domain)
            if index - start == limit || isOneMoreDomain {
                parts.append(recipients[start..<index])
                start = index
                domains = []
            }
            if recipientDomains != nil { domains.insert(domain) }
        }
        parts.append(recipients[start...])
        return parts
    }

    /// One to six digits, the first of them no zero (RFC 9422 §3).
    private static func number(_ text: Substring) -> Int? {
        let isNumber =
            (1...6).contains(text.utf8.count) && text.utf8.first != UInt8(ascii: "0")
            && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return isNumber ? Int(text) : nil
    }
}
