// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

@testable import MailMessage

/// Addresses and lists of addresses, of header fields and of people.
enum AddressTarget {
    static func run(_ input: [UInt8]) throws(Violation) {
        let text = String(decoding: input, as: UTF8.self)
        switch Result(catching: { () throws(AddressError) in try MailAddress(text) }) {
        case .success(let address): try check(address)
        case .failure(let error): try FuzzTarget.expectPrintable(error.summary)
        }
        guard let entries = try? AddressListParser.entries(in: text) else { return }
        for mailbox in entries.flatMap(\.mailboxes) { try check(mailbox.address) }
        // As it is, and as it is for those who read ASCII alone.
        try check(entries, style: HeaderStyle(lineByteLimit: 76, charset: nil)) { $0 }
        try check(entries, style: .standard, read: readable)
    }

    private static func check(_ address: MailAddress) throws(Violation) {
        let wire = address.description
        try FuzzTarget.expectPrintable(wire)
        for written in [wire, "<\(wire)>"] {
            try Violation.unless(
                (try? MailAddress(written)) == address,
                "an address is read as it is written"
            )
            try Violation.unless(
                (try? AddressListParser.mailboxes(in: written).map(\.address)) == [address],
                "a list of one address is that address"
            )
        }
        try Violation.unless(
            (try? EnvelopeRecipient(parsing: "<\(wire)>").address) == address,
            "an address is one in an envelope too"
        )
    }

    /// What is written in a header is read as it was meant, by the same and in the same order.
    private static func check(
        _ entries: [AddressListEntry],
        style: HeaderStyle,
        read: (AddressListEntry) -> AddressListEntry
    ) throws(Violation) {
        let field = HeaderFieldEncoder.addresses("To", entries, style: style) + "\r\n"
        let header = HeaderBlock(parsing: Array(field.utf8))
        try Violation.unless(
            header.fields.count == 1 && header.fieldsEnd == field.utf8.count,
            "one field stays one"
        )
        let written = try? AddressListParser.entries(in: header.values(of: "To").joined())
        try Violation.unless(written?.map(read) == entries, "a list is read as it is written")
    }

    private static func readable(_ entry: AddressListEntry) -> AddressListEntry {
        switch entry {
        case .mailbox(let mailbox): .mailbox(readable(mailbox))
        case .group(let name, let members):
            .group(name: EncodedWordReader.decode(name), members: members.map(readable))
        }
    }

    private static func readable(_ mailbox: Mailbox) -> Mailbox {
        Mailbox(displayName: mailbox.readableName, address: mailbox.address)
    }
}
