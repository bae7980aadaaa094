// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Reads the address lists of header fields and of people: `"Doe, J." <j@example.org>, team: a@b.example, c@d.example;`.
///
/// Groups are kept or give their members, comments are skipped, empty entries are tolerated. Routes (`<@a,@b:c@d>`),
/// obsolete since RFC 2822, give their last address. Nothing is guessed: `alice bob@example.org` is an error, not an
/// address.
///
/// Cost: linear in the length of the text.
///
/// - SeeAlso: RFC 5322 §3.4, §4.4
package struct AddressListParser {
    /// Most mailboxes in one list.
    package static let limit = 100_000
    /// Longest text of a list.
    package static let byteLimit = 16 << 20

    private var scanner: AddressScanner
    private let domainIfMissing: String?

    /// The mailboxes of a list, in their order, those in groups among them.
    ///
    /// A name alone, such as `root`, is an error unless a domain is given that it then has.
    package static func mailboxes(
        in text: some StringProtocol,
        domainIfMissing: String? = nil
    ) throws(AddressError) -> [Mailbox] {
        try entries(in: text, domainIfMissing: domainIfMissing).flatMap(\.mailboxes)
    }

    /// The entries of a list, in their order.
    package static func entries(
        in text: some StringProtocol,
        domainIfMissing: String? = nil
    ) throws(AddressError) -> [AddressListEntry] {
        guard text.utf8.count <= byteLimit else {
            throw AddressError(.tooLong, "the list is longer than \(byteLimit) bytes", in: text.prefix(120))
        }
        var parser = Self(scanner: AddressScanner(text), domainIfMissing: domainIfMissing)
        return try parser.list()
    }

    private mutating func list() throws(AddressError) -> [AddressListEntry] {
        var entries: [AddressListEntry] = []
        var group: (name: String, members: [Mailbox])?
        var count = 0
        while true {
            try scanner.skipBlanks()
            guard let scalar = scanner.peek else { break }
            if scalar == "," {
                scanner.skip()
            } else if scalar == ";", let closed = group {
                scanner.skip()
                entries.append(.group(name: closed.name, members: closed.members))
                group = nil
            } else {
                count += 1
                guard count <= Self.limit else { throw scanner.fail("has more than \(Self.limit) entries") }
                switch try entry(isInGroup: group != nil) {
                case .group(let name, let members): group = (name, members)
                case .mailbox(let mailbox):
                    if group == nil { entries.append(.mailbox(mailbox)) }
                    group?.members.append(mailbox)
                    try expectEnd(isInGroup: group != nil)
                }
            }
        }
        guard group == nil else { throw scanner.fail("the group is not closed with ;") }
        return entries
    }

    private mutating func expectEnd(isInGroup: Bool) throws(AddressError) {
        try scanner.skipBlanks()
        guard scanner.peek == nil || scanner.peek == "," || (scanner.peek == ";" && isInGroup) else {
            throw scanner.fail("a comma is missing before \"\(scanner.rest)\"")
        }
    }

    /// One mailbox, or a group that begins here and has no members yet.
    private mutating func entry(isInGroup: Bool) throws(AddressError) -> AddressListEntry {
        var words: [AddressScanner.Word] = []
        while let scalar = scanner.peek {
            switch scalar {
            case "<":
                let address = try angleAddress()
                return .mailbox(Mailbox(displayName: Self.displayName(words), address: address))
            case ":":
                guard !isInGroup, !words.isEmpty else {
                    throw scanner.fail("a group within a group, or one without a name")
                }
                guard
                    !words.contains(where: {
                        $0.value.unicodeScalars.contains(where: CharacterRules.isForbidden)
                    })
                else {
                    throw scanner.fail("the name of a group has a control character in it", .controlCharacter)
                }
                scanner.skip()
                return .group(name: words.map(\.value).joined(separator: " "), members: [])
            case ",", ";":
                return .mailbox(Mailbox(address: try address(words)))
            default:
                guard let word = try scanner.word() else {
                    throw scanner.fail("unexpected character at \"\(scanner.rest)\"")
                }
                words.append(word)
            }
            try scanner.skipBlanks()
        }
        return .mailbox(Mailbox(address: try address(words)))
    }

    /// Words as a display name, one blank between them; nil when there are none.
    ///
    /// Controls become blanks: a name is for reading, and one that an old program has garbled must not stop the
    /// message.
    private static func displayName(_ words: [AddressScanner.Word]) -> String? {
        let name = CharacterRules.withoutControls(words.map(\.value).joined(separator: " "))
        return name.isEmpty ? nil : name
    }

    /// Words as an address.
    ///
    /// Blanks and comments may stand around its points and its @ (RFC 5322 §4.4), nowhere else.
    private func address(_ words: [AddressScanner.Word]) throws(AddressError) -> MailAddress {
        var source = ""
        for word in words {
            if let last = source.utf8.last, let first = word.source.utf8.first,
                ![last, first].contains(where: ".@".utf8.contains)
            {
                let shown = PrintableText(word.source, limitBytes: 40)
                throw scanner.fail(
                    "\"\(shown)\" does not belong there: is a comma missing, or < > around the address?"
                )
            }
            source += word.source
        }
        return try MailAddress(source, domainIfMissing: domainIfMissing)
    }

    private mutating func angleAddress() throws(AddressError) -> MailAddress {
        scanner.skip()
        try skipRoute()
        var words: [AddressScanner.Word] = []
        while true {
            try scanner.skipBlanks()
            if scanner.peek == ">" { break }
            guard let word = try scanner.word() else { throw scanner.fail("a > is missing") }
            words.append(word)
        }
        scanner.skip()
        return try address(words)
    }

    /// `@a.example,@b.example:` before the address.
    private mutating func skipRoute() throws(AddressError) {
        try scanner.skipBlanks()
        guard scanner.peek == "@" else { return }
        while let scalar = scanner.peek, scalar != ":" {
            if scalar == "," {
                scanner.skip()
            } else if try scanner.word() == nil {
                throw scanner.fail("a route is not closed with :")
            }
            try scanner.skipBlanks()
        }
        scanner.skip()
    }
}
