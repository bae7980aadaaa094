// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// What becomes of the addresses of this host: names without a domain, `root@localhost`, `root@app1.example.com`.
///
/// A queue file keeps them as they were given, a name alone as `name@localhost`; the rules are applied when the message
/// is read to be sent, so that mail gets the same whoever has dropped it.
///
/// | address | becomes |
/// |---|---|
/// | recipient in a local domain, with an alias | the addresses of the alias, followed through further aliases |
/// | other address at `localhost` | the same name in the default domain |
/// | sender | what the table of senders says, else as a recipient without alias; the null sender stays |
/// | anything else | stays as it is |
///
/// Pure.
package struct LocalAddressRules: Hashable, Sendable {
    /// The domain that stands for this host, whatever its name.
    package static let hostDomain = "localhost"

    /// The domain of names that have none.
    package let defaultDomain: String
    private let localDomains: Set<String>
    private let senders: SenderTable
    /// To whom mail for the names of this host goes.
    package var aliases: AliasTable

    /// Rules; without arguments they change nothing.
    ///
    /// - Parameters:
    ///   - defaultDomain: the domain of names that have none.
    ///   - localDomains: the domains whose names may be aliases.
    ///   - senders: what senders become.
    ///   - aliases: to whom mail for the names of this host goes.
    package init(
        defaultDomain: String = Self.hostDomain,
        localDomains: [String] = [],
        senders: SenderTable = SenderTable(),
        aliases: AliasTable = AliasTable()
    ) {
        self.defaultDomain = defaultDomain
        self.localDomains = Set(localDomains.map { $0.lowercased() })
        self.senders = senders
        self.aliases = aliases
    }

    /// The envelope with which a message is sent.
    ///
    /// - Throws: ``EnvelopeError`` for an alias that leads to no address.
    package func applied(to envelope: Envelope) throws(EnvelopeError) -> Envelope {
        var recipients: [EnvelopeRecipient] = []
        for recipient in envelope.recipients {
            for address in try targets(of: recipient.address) {
                recipients.append(
                    try EnvelopeRecipient(address: address, parameters: recipient.parameters)
                )
            }
        }
        let sender = try EnvelopeSender(
            path: path(for: envelope.sender.path),
            parameters: envelope.sender.parameters
        )
        return Envelope(sender: sender, recipients: recipients)
    }

    /// Where mail for an address goes: to one address at least.
    ///
    /// Each name is followed once, so that aliases that lead back end. A name among its own targets means the mailbox.
    ///
    /// - Throws: ``EnvelopeError`` when an alias leads to no address.
    package func targets(of address: MailAddress) throws(EnvelopeError) -> [MailAddress] {
        guard isLocal(address), aliases.entry(of: address.localPart) != nil else {
            return [qualified(address)]
        }
        var found: [MailAddress] = []
        var followed: Set<String> = []
        var open = [address]
        while let next = open.popLast() {
            let name = next.localPart.lowercased()
            guard isLocal(next), let entry = aliases.entry(of: name) else {
                found.append(qualified(next))
                continue
            }
            guard followed.insert(name).inserted else { continue }
            for target in entry.reversed() {
                switch target {
                case .refused(let reason):
                    throw EnvelopeError(.address, "alias \(PrintableText(name, limitBytes: 80)): \(reason)")
                case .address(let target):
                    let isSelf = isLocal(target) && target.localPart.lowercased() == name
                    if isSelf { found.append(qualified(target)) } else { open.append(target) }
                }
            }
        }
        guard !found.isEmpty else {
            throw EnvelopeError(
                .address,
                "alias \(PrintableText(address.localPart, limitBytes: 80)) leads back to itself and to no address"
            )
        }
        return found
    }

    private func path(for path: ReversePath) -> ReversePath {
        guard let address = path.address else { return path }
        return .address(senders.sender(for: address, isLocal: isLocal(address)) ?? qualified(address))
    }

    private func isLocal(_ address: MailAddress) -> Bool {
        localDomains.contains(address.domain.lowercased())
    }

    /// The address as others can reach it.
    private func qualified(_ address: MailAddress) -> MailAddress {
        guard address.domain.lowercased() == Self.hostDomain else { return address }
        return (try? MailAddress("\(address.localPart)@\(defaultDomain)")) ?? address
    }
}
