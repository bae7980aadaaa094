// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import MailTestKit
import Testing

@Suite("No value from outside")
struct InjectionTests {
    @Test(
        "T1: brings characters of a shell into a local part without quotes",
        arguments: HostileValues.shellWords
    )
    func T1_shellCharactersInALocalPart(_ word: String) throws {
        if let address = try? MailAddress(word + "@b.example") {
            #expect(
                address.localPart.utf8.allSatisfy { !" \t\"(),:;<>@[\\]".utf8.contains($0) },
                "an unquoted special character"
            )
        }
        let escaped = word.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        let quoted = try MailAddress("\"" + escaped + "\"@b.example")
        #expect(quoted.localPart.first == "\"" && quoted.localPart.last == "\"")
    }

    @Test("T5: brings a line break or another control into an envelope", arguments: HostileValues.separators)
    func T5_controlsInEnvelopeValues(_ separator: Unicode.Scalar) {
        let texts = [
            "a\(separator)b@c.example", "a@b\(separator)c.example", "\"a\(separator)b\"@c.example",
            "\"a\\\(separator)\"@c.example",
            "\(separator)a@b.example", "a@b.example\(separator)", "<a@b.example>\(separator)",
            "<a@b.example>\(separator)RET=FULL",
            "<a@b.example> ENVID=x\(separator)y", "<a@b.example> ENVID=x\(separator)",
            "<a@b.example> AUTH=x\(separator)y",
            "<a@b.example> ORCPT=rfc822;a\(separator)b", "<a@b.example> ORCPT=utf-8;a\(separator)b",
            "<a@b.example> RET\(separator)=FULL",
        ]
        for text in texts {
            #expect(throws: AddressError.self) { try MailAddress(text) }
            #expect(throws: EnvelopeError.self) { try EnvelopeSender(parsing: text) }
            #expect(throws: EnvelopeError.self) { try EnvelopeRecipient(parsing: text) }
        }
        #expect(throws: EnvelopeError.self) { try ESMTPParameter(keyword: "X", value: "a\(separator)b") }
        #expect(throws: EnvelopeError.self) { try ESMTPParameter(keyword: "X\(separator)", value: "a") }
        #expect(throws: TimestampError.self) { try Timestamp(parsing: "2026-11-24\(separator)09:00:00Z") }
    }

    @Test("T5: brings a control in by its number", arguments: 0...0x1F)
    func T5_encodedControls(_ value: Int) {
        let digits = (value < 16 ? "0" : "") + String(value, radix: 16, uppercase: true)
        for text in ["<a@b.example> ENVID=a+\(digits)", "<a@b.example> AUTH=a+\(digits)"] {
            #expect(throws: EnvelopeError.self) { try EnvelopeSender(parsing: text) }
        }
        for text in ["<a@b.example> ORCPT=rfc822;a+\(digits)", "<a@b.example> ORCPT=utf-8;a\\x{\(digits)}"] {
            #expect(throws: EnvelopeError.self) { try EnvelopeRecipient(parsing: text) }
        }
    }

    @Test("T6: becomes a line end, a NUL or an angle bracket by losing bits, in an address")
    func T6_noScalarIsNarrowedInAnAddress() throws {
        #expect(HostileValues.narrowed.count > 20_000)
        for scalar in HostileValues.narrowed {
            let text = "a\(scalar)b@c.example"
            guard let address = try? MailAddress(text) else { continue }
            #expect(Array(address.description.utf8) == Array(text.utf8))
            #expect(
                !address.description.utf8.contains { [0x0A, 0x0D, 0x00, 0x3C, 0x3E].contains($0) },
                "U+\(String(scalar.value, radix: 16))"
            )
        }
    }

    @Test("T6: becomes a line end or a NUL by losing bits, in a header or a shown text")
    func T6_noScalarIsNarrowedInAHeader() {
        for scalar in HostileValues.narrowed {
            let field = HeaderFieldEncoder.unstructured("Subject", "a\(scalar)b")
            #expect(!field.utf8.contains { $0 < 0x20 || $0 >= 0x7F }, "U+\(String(scalar.value, radix: 16))")
            let shown = PrintableText("a\(scalar)b").string
            #expect(!shown.utf8.contains { $0 < 0x20 }, "U+\(String(scalar.value, radix: 16))")
        }
    }

    @Test("T7: ends a header field or begins another", arguments: HostileValues.separators)
    func T7_controlsInComposedHeaders(_ separator: Unicode.Scalar) throws {
        let hostile = "x\(separator)Bcc: evil@example.net\r\n\r\nbody"
        let address = try MailAddress("a@b.example")
        let mailbox = Mailbox(displayName: hostile, address: address)
        var fields = MessageHeader(from: [mailbox], to: [.mailbox(mailbox)])
        fields.subject = hostile
        fields.date = MailDate.format(Timestamp(millisecondsSinceEpoch: 0))
        fields.messageID = hostile
        var generator = SeededGenerator(seed: 1)
        let message = MessageComposer(header: fields, text: "text").compose(using: &generator)
        let header = HeaderBlock(parsing: message)
        #expect(header.fields.map(\.name) == Self.composedFields)
        #expect(String(decoding: message[header.bodyOffset...], as: UTF8.self) == "text\r\n")
        #expect(
            !message[..<header.bodyOffset].contains { ($0 < 0x20 && $0 != 0x0D && $0 != 0x0A) || $0 >= 0x7F }
        )
    }

    @Test("T7: ends a field of a part or begins another", arguments: HostileValues.separators)
    func T7_controlsInComposedParts(_ separator: Unicode.Scalar) throws {
        let hostile = "x\(separator)Bcc: evil@example.net\r\n\r\n--b\r\n"
        let mailbox = Mailbox(address: try MailAddress("a@b.example"))
        var header = MessageHeader(from: [mailbox], to: [.group(name: hostile, members: [mailbox])])
        header.date = hostile
        header.extraFields = [try ExtraField(name: "X-Note", value: hostile)]
        var composer = MessageComposer(header: header, text: "text")
        composer.attachments = [
            .file([1], fileName: hostile),
            .file([1], fileName: "x", contentType: "a/b; name=\"\(hostile)\"; \(hostile)"),
            .file([1], fileName: "x", contentType: hostile),
        ]
        for charset in [nil] + TextCharset.allCases {
            composer.style.charset = charset
            var generator = SeededGenerator(seed: 1)
            let structure = MIMEStructure(parsing: composer.compose(using: &generator))
            #expect(structure.parts.count == 5)
            #expect(
                structure.root.header.fields.map(\.name) == [
                    "Date", "From", "To", "X-Note", "MIME-Version", "Content-Type",
                    "Content-Transfer-Encoding",
                ]
            )
            for part in structure.parts.dropFirst(2) {
                #expect(
                    part.header.fields.map(\.name) == [
                        "Content-Type", "Content-Transfer-Encoding", "Content-Disposition",
                    ]
                )
            }
            #expect(!structure.bytes.contains { ($0 < 0x20 && $0 != 0x0D && $0 != 0x0A) || $0 == 0x7F })
        }
    }

    private static let composedFields = [
        "Date", "From", "Message-ID", "Subject", "To", "MIME-Version", "Content-Type",
        "Content-Transfer-Encoding",
    ]
}
