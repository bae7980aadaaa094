// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import SMTPComponent
import Spool
import Testing

/// The table of the properties against the reference, and the class against the table.
struct PropertyTableTests {
    /// Transcribed from the reference: number, name, access, form, initial value.
    private static let reference:
        [(id: Int, name: String, access: PropertyRow.Access, initial: MemberValue)] = [
            (1, "AllowExtensions", .readWrite, .flag(true)),
            (2, "AuthMechanism", .readWrite, .number(0)),
            (3, "BCc", .readWrite, .text("")),
            (4, "Cc", .readWrite, .text("")),
            (5, "Command", .writeOnly, .text("")),
            (6, "Connected", .readWrite, .flag(false)),
            (7, "DeliveryNotificationTo", .readWrite, .text("")),
            (8, "FirewallAutoDetect", .readWrite, .flag(false)),
            (9, "FirewallType", .readWrite, .number(0)),
            (10, "FirewallHost", .readWrite, .text("")),
            (11, "FirewallPassword", .readWrite, .text("")),
            (12, "FirewallPort", .readWrite, .number(0)),
            (13, "FirewallUser", .readWrite, .text("")),
            (14, "From", .readWrite, .text("")),
            (15, "Idle", .readOnly, .flag(true)),
            (16, "Importance", .readWrite, .number(0)),
            (17, "LastReply", .readOnly, .text("")),
            (18, "LocalHost", .readWrite, .text(HostName.current)),
            (19, "MailPort", .readWrite, .number(25)),
            (20, "MailServer", .readWrite, .text("")),
            (21, "Message", .readWrite, .bytes([])),
            (22, "MessageDate", .readWrite, .text("*")),
            (23, "MessageHeaderCount", .readOnly, .number(0)),
            (24, "MessageHeaderField", .readOnly, .text("")),
            (25, "MessageHeaderValue", .readOnly, .text("")),
            (26, "MessageHeadersString", .readOnly, .text("")),
            (27, "MessageId", .readWrite, .text("*")),
            (28, "MessageRecipientCount", .readWrite, .number(0)),
            (29, "MessageRecipientAddress", .readWrite, .text("")),
            (30, "MessageRecipientName", .readWrite, .text("")),
            (31, "MessageRecipientOptions", .readWrite, .text("")),
            (32, "MessageRecipientType", .readWrite, .number(0)),
            (33, "MessageText", .readWrite, .text("")),
            (34, "OtherHeaders", .readWrite, .text("")),
            (35, "Password", .readWrite, .text("")),
            (36, "Priority", .readWrite, .number(0)),
            (37, "ReadReceiptTo", .readWrite, .text("")),
            (38, "ReplyTo", .readWrite, .text("")),
            (39, "ReturnPath", .readWrite, .text("")),
            (40, "SendTo", .readWrite, .text("")),
            (41, "Sensitivity", .readWrite, .number(0)),
            (42, "Subject", .readWrite, .text("")),
            (43, "Timeout", .readWrite, .number(60)),
            (44, "User", .readWrite, .text("")),
        ]
    private static let arrays: Set<Int> = [24, 25, 29, 30, 31, 32]
    /// Those whose value is not simply what was set last.
    private static let special: Set<Int> = [3, 4, 5, 6, 24, 25, 28, 29, 30, 31, 32, 40]

    @Test("The table has the properties of the reference and no others, VERSION first")
    func tableIsTheReference() {
        #expect(PropertyTable.rows.map(\.property) == Array(Property.allCases))
        #expect(Property.allCases.map(\.rawValue) == Array(0...44))
        #expect(PropertyTable.rows[0].name == "VERSION")
        for (row, wanted) in zip(PropertyTable.rows.dropFirst(), Self.reference) {
            #expect(row.property.rawValue == wanted.id)
            #expect(row.name == wanted.name)
            #expect(row.access == wanted.access, "\(wanted.name)")
            #expect(row.initial == wanted.initial, "\(wanted.name)")
            #expect(row.isArray == Self.arrays.contains(wanted.id), "\(wanted.name)")
        }
    }

    @Test("A new component has the initial value of each property")
    func initialValues() throws {
        let smtp = SMTP()
        #expect(try smtp.value(ofProperty: 0) == .text(PropertyTable.version))
        for wanted in Self.reference where !Self.arrays.contains(wanted.id) {
            guard wanted.id != 23, wanted.id != 26 else { continue }
            #expect(try smtp.value(ofProperty: wanted.id) == wanted.initial, "\(wanted.name)")
        }
        for id in Self.arrays where id > 25 {
            #expect(throws: SMTPError(.noSuchIndex)) { try smtp.value(ofProperty: id, index: 0) }
        }
    }

    @Test("What is set by a number is read by that number")
    func valuesByNumber() async throws {
        let smtp = SMTP()
        for row in PropertyTable.rows
        where row.access == .readWrite && !Self.special.contains(row.property.rawValue) {
            let value: MemberValue =
                switch row.initial {
                case .flag(let flag): .flag(!flag)
                case .number: .number(row.range?.upperBound ?? 7)
                case .text: .text("text of \(row.name)")
                case .bytes: .bytes([1, 2, 3])
                }
            try await smtp.setValue(value, ofProperty: row.property.rawValue)
            #expect(try smtp.value(ofProperty: row.property.rawValue) == value, "\(row.name)")
        }
        try await smtp.setValue(.number(1), ofProperty: Property.messageRecipientCount.rawValue)
        for (property, value) in [
            (Property.messageRecipientAddress, MemberValue.text("b@example.net")),
            (.messageRecipientName, .text("Bob")), (.messageRecipientOptions, .text("NOTIFY=NEVER")),
            (.messageRecipientType, .number(2)),
        ] {
            try await smtp.setValue(value, ofProperty: property.rawValue, index: 0)
            #expect(try smtp.value(ofProperty: property.rawValue, index: 0) == value)
        }
    }

    @Test("A property that can only be read refuses to be set", arguments: [0, 15, 17, 23, 24, 25, 26])
    func readOnly(id: Int) async {
        let smtp = SMTP()
        #expect(await ComponentBench.code { try await smtp.setValue(.text("1"), ofProperty: id) } == 197)
    }

    @Test("A number that no property has is the error 197", arguments: [-1, 45, 2011])
    func unknownNumber(id: Int) async {
        let smtp = SMTP()
        #expect(throws: SMTPError(.noSuchProperty)) { try smtp.value(ofProperty: id) }
        #expect(await ComponentBench.code { try await smtp.setValue(.flag(true), ofProperty: id) } == 197)
    }

    @Test("A number outside the range of a property is refused, and the value stays")
    func ranges() async throws {
        for row in PropertyTable.rows where row.range != nil && !row.isArray && row.access == .readWrite {
            let range = try #require(row.range)
            for number in [range.lowerBound - 1, range.upperBound + 1] {
                let smtp = SMTP()
                let before = try smtp.value(ofProperty: row.property.rawValue)
                let code = await ComponentBench.code {
                    try await smtp.setValue(.number(number), ofProperty: row.property.rawValue)
                }
                #expect(
                    code == (number < range.lowerBound ? row.errorBelowRange.rawValue : 192),
                    "\(row.name) = \(number)"
                )
                #expect(try smtp.value(ofProperty: row.property.rawValue) == before)
            }
        }
    }

    @Test("A value in another form is converted, or refused")
    func conversions() async throws {
        let smtp = SMTP()
        let port = Property.mailPort.rawValue
        try await smtp.setValue(.text("587"), ofProperty: port)
        #expect(smtp.mailPort == 587)
        try await smtp.setValue(.text("no"), ofProperty: Property.allowExtensions.rawValue)
        #expect(!smtp.allowExtensions)
        #expect(await ComponentBench.code { try await smtp.setValue(.text("smtp"), ofProperty: port) } == 192)
    }

    @Test("A value never shows itself")
    func valuesAreHidden() {
        let value = MemberValue.text("pa55word")
        var dumped = ""
        dump(value, to: &dumped)
        for text in ["\(value)", String(reflecting: value), dumped] { #expect(!text.contains("pa55word")) }
    }
}
