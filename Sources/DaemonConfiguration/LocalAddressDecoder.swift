// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage

/// Decodes the keys that say what becomes of the addresses of this host.
struct LocalAddressDecoder {
    private var defaultDomain: String?
    private var localDomains: [String]?
    private var senders = SenderTable()
    private var aliases = AliasTable()
    /// The file of aliases.
    private(set) var aliasFile = AliasFile.standardPath

    private let host: HostFacts

    /// A decoder that asks this host what the text cannot answer.
    init(host: HostFacts) { self.host = host }

    /// Takes one file in.
    mutating func add(_ reader: SectionReader) throws(ConfigurationError) {
        if let domain = try reader.string("DefaultDomain") {
            try check(domain, of: "DefaultDomain", in: reader)
            defaultDomain = domain
        }
        if let domains = try reader.strings("LocalDomains") {
            for domain in domains { try check(domain, of: "LocalDomains", in: reader) }
            localDomains = domains
        }
        if let path = try reader.absolutePath("AliasFile") {
            if let problem = host.problemOfFile(path) {
                throw reader.error("AliasFile", "AliasFile: \(problem)")
            }
            aliasFile = path
        }
        // A later file overrides single names, as it does keys.
        var table = AliasTable()
        for (name, addresses) in try reader.lists("Aliases") {
            guard !name.contains("@"), name == "*" || SenderTable.isKey(name) else {
                throw reader.error(
                    "Aliases",
                    "Aliases: \"\(PrintableText(name, limitBytes: 60))\" is no name such as root, or *"
                )
            }
            let targets = try addresses.map { text throws(ConfigurationError) in
                AliasTable.Target.address(try Self.address(text, of: "Aliases", in: reader))
            }
            table.add(name, targets)
        }
        aliases = table.adding(aliases)
        for (key, addresses) in try reader.lists("EnvelopeFrom") {
            let shown = PrintableText(key, limitBytes: 60)
            guard SenderTable.isKey(key) else {
                throw reader.error(
                    "EnvelopeFrom",
                    "EnvelopeFrom: \"\(shown)\" is no address, no name, no @domain and not *"
                )
            }
            guard let address = addresses.first, addresses.count == 1 else {
                throw reader.error("EnvelopeFrom", "EnvelopeFrom: \(shown) can become one address only")
            }
            senders.add(key, try Self.address(address, of: "EnvelopeFrom", in: reader))
        }
    }

    /// The rules, after the last file; those of the alias file are read when they are asked for.
    func rules() -> @Sendable () -> LocalAddressRules {
        let rules = LocalAddressRules(
            defaultDomain: defaultDomain ?? host.mailName(),
            localDomains: localDomains ?? host.names(),
            senders: senders,
            aliases: aliases
        )
        let file = AliasFile(path: aliasFile)
        return {
            var current = rules
            current.aliases = rules.aliases.adding(file.table)
            return current
        }
    }

    private func check(
        _ domain: String,
        of key: String,
        in reader: SectionReader
    ) throws(ConfigurationError) {
        guard NameRules.isHostName(domain) else {
            let shown = PrintableText(domain, limitBytes: 60)
            throw reader.error(key, "\(key): \"\(shown)\" is no domain such as example.com")
        }
    }

    private static func address(
        _ text: String,
        of key: String,
        in reader: SectionReader
    ) throws(ConfigurationError) -> MailAddress {
        if let refusal = AliasFileParser.refusal(of: text) { throw reader.error(key, "\(key): \(refusal)") }
        do throws(AddressError) {
            return try MailAddress(text, domainIfMissing: LocalAddressRules.hostDomain)
        } catch {
            throw reader.error(key, "\(key): expected an address: \(error.summary)")
        }
    }
}
