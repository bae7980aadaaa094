// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// What the value of a header field is made of: this decides how it may be encoded.
///
/// - SeeAlso: RFC 2047 §5: encoded words stand in unstructured text and in phrases, nowhere else.
enum HeaderFieldKind: Hashable {
    /// Mailboxes and groups.
    case addresses
    /// A word and parameters.
    case parameters
    /// Identifiers, dates, signatures and traces: no character may change.
    case verbatim
    /// Text for people.
    case text

    private static let named: [String: Self] = {
        var kinds: [String: Self] = ["content-type": .parameters, "content-disposition": .parameters]
        for name in [
            "from", "sender", "reply-to", "to", "cc", "bcc", "resent-from", "resent-sender",
            "resent-reply-to",
            "resent-to", "resent-cc", "resent-bcc", "disposition-notification-to", "return-receipt-to",
            "errors-to", "mail-followup-to", "mail-reply-to", "apparently-to",
        ] {
            kinds[name] = .addresses
        }
        for name in [
            "date", "resent-date", "message-id", "resent-message-id", "in-reply-to", "references", "received",
            "return-path", "delivered-to", "mime-version", "content-transfer-encoding", "content-id",
            "content-location", "content-md5", "dkim-signature", "domainkey-signature",
            "x-google-dkim-signature", "arc-seal", "arc-message-signature", "arc-authentication-results",
            "authentication-results", "received-spf", "autocrypt",
        ] {
            kinds[name] = .verbatim
        }
        return kinds
    }()

    init(of name: String) {
        let lowercased = name.lowercased()
        self = Self.named[lowercased] ?? (lowercased.hasPrefix("list-") ? .verbatim : .text)
    }
}
