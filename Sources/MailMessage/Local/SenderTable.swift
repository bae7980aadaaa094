// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// What the senders of envelopes become, for relays that take only some.
///
/// Pure. The first of these keys that the table has counts; upper and lower case are the same.
///
/// | key | means |
/// |---|---|
/// | `app@app.example` | that address |
/// | `root` | that name, in any domain of this host |
/// | `@app.example` | all addresses of that domain |
/// | `*` | all |
package struct SenderTable: Hashable, Sendable {
    private var senders: [String: MailAddress] = [:]

    /// An empty table.
    package init() {}

    /// Adds an entry.
    package mutating func add(_ key: String, _ sender: MailAddress) { senders[key.lowercased()] = sender }

    /// Whether a text can be a key.
    package static func isKey(_ text: String) -> Bool {
        if text == "*" { return true }
        let address = text.hasPrefix("@") ? "x" + text : text
        return (try? MailAddress(address, domainIfMissing: LocalAddressRules.hostDomain)) != nil
    }

    /// What a sender becomes; nil when the table says nothing.
    func sender(for address: MailAddress, isLocal: Bool) -> MailAddress? {
        guard !senders.isEmpty else { return nil }
        let name = isLocal ? senders[address.localPart.lowercased()] : nil
        return senders[address.description.lowercased()] ?? name
            ?? senders["@" + address.domain.lowercased()] ?? senders["*"]
    }
}
