// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Foundation
import MailMessage
import MailTestKit

/// Messages that are composed or re-encoded, with what every reader must find in them.
enum MIMESamples {
    struct Sample: Sendable {
        let name: String
        let message: [UInt8]
        let expectation: @Sendable () -> MessageExpectation
    }

    static let texts = [
        "plain": "Hello.\nSecond line\n", "empty": "", "german": "Grüße aus Köln,\nschöne – „Zeit“\n",
        "chinese": String(repeating: "你好，世界。", count: 40) + "\n",
        "long": String(repeating: "word ", count: 400),
        "control": "tab\tnul\0 return\rform\u{C}\n", "dots": ".\n..\nFrom here\n--\n-- \n--=_1_x\n",
        "emoji": "👩‍👩‍👧‍👦 👍\n\n\n", "blanks": "end \nend\t\n \n",
    ]
    static let fileNames = [
        "report.pdf", "Grüße.txt", "naïve \"quoted\" \\ back.zip", "北京市的一个非常长的文件名字.docx", "semi;colon=1.csv",
        String(repeating: "long-name-", count: 15) + ".png", "it's 100%*.bin", "=?utf-8?Q?x?=.txt",
        "no extension",
        "bytes.DAT",
    ]
    static let subjects = [
        "Subject", "Grüße aus Köln", "10 € – „günstig“", String(repeating: "你好 ", count: 40) + "x",
        "=?utf-8?Q?not_a_word?=", String(repeating: "word ", count: 40) + "x", "a  b   c",
    ]
    static let people = [
        ["", "a@b.example"], ["Jürgen Müller", "j@b.example"], ["Doe, John", "d@b.example"],
        ["say \"hi\" \\", "h@b.example"], ["北京 市", "bj@b.example"],
        [String(repeating: "Long Name ", count: 12) + "x", "l@b.example"],
    ]

    static let all: [Sample] = composed + reencoded

    /// Messages of 8 bits, and what they become.
    static let pairs: [(before: [UInt8], after: [UInt8])] = (0..<300).compactMap { seed in
        var generator = SeededGenerator(seed: UInt64(seed))
        let message = EightBitMessages.part(depth: 0, using: &generator)
        return (try? ContentReencoder.reencode(message)).map { (message, $0) }
    }

    /// Everything at once, in each character set, with each subject, text and file name somewhere.
    static var composed: [Sample] {
        var samples: [Sample] = []
        for (index, (name, text)) in texts.sorted(by: { $0.key < $1.key }).enumerated() {
            for charset in TextCharset.allCases {
                for parts in 0..<8 {
                    samples.append(sample("\(name)-\(charset.name)-\(parts)", text, charset, parts, index))
                }
            }
        }
        return samples
    }

    private static func sample(
        _ name: String,
        _ text: String,
        _ charset: TextCharset,
        _ parts: Int,
        _ index: Int
    ) -> Sample {
        var generator = SeededGenerator(seed: UInt64(index * 8 + parts))
        let subject = subjects[(index + parts) % subjects.count]
        let html = parts & 1 == 0 ? nil : "<p>" + text + "<img src=\"cid:logo@b.example\"></p>"
        var header = MessageHeader(
            from: [mailbox(people[index % people.count])],
            to: people.map { .mailbox(mailbox($0)) }
        )
        header.cc = [.group(name: "Das Team für alles", members: people.map(mailbox))]
        header.subject = subject
        header.date = MailDate.format(Timestamp(millisecondsSinceEpoch: 1_795_493_403_000))
        header.messageID = "<\(index)@b.example>"
        header.importance = .high
        header.priority = .nonUrgent
        header.sensitivity = .companyConfidential
        header.replyTo = [.mailbox(mailbox(people[1]))]
        header.extraFields = [("X-Mailer", "Prüfung"), ("Bcc", "x@y.example")].compactMap {
            try? ExtraField(name: $0, value: $1)
        }
        var composer = MessageComposer(header: header, text: parts & 4 == 0 ? text : nil, html: html)
        composer.charset = charset
        composer.style.charset = charset
        var leaves = [composer.text.map { MessageExpectation.Leaf(type: "text/plain", text: $0) }].compactMap(
            \.self
        )
        if let html { leaves.append(.init(type: "text/html", text: html)) }
        let image = bytes(1 + index * 57, &generator)
        if html != nil, let contentID = try? ContentID("logo@b.example") {
            composer.images = [.file(image, fileName: "logo.png", contentID: contentID)]
            leaves.append(
                .init(
                    type: "image/png",
                    data: Data(image),
                    fileName: "logo.png",
                    contentID: "<logo@b.example>"
                )
            )
        }
        if parts & 2 != 0 {
            for (number, fileName) in fileNames.enumerated() {
                let content = bytes(number == 0 ? 0 : index * 100 + number, &generator)
                composer.attachments.append(
                    .file(content, fileName: fileName, contentType: number % 2 == 0 ? nil : "image/png")
                )
                leaves.append(.init(type: types[number], data: Data(content), fileName: fileName))
            }
        }
        if leaves.isEmpty { leaves = [.init(type: "text/plain", text: "")] }
        let finalLeaves = leaves
        return Sample(name: name, message: composer.compose(using: &generator)) {
            MessageExpectation(
                headers: [
                    "Subject": subject, "Importance": "high", "Priority": "non-urgent", "X-Mailer": "Prüfung",
                    "Sensitivity": "Company-Confidential", "MIME-Version": "1.0",
                    "Message-ID": "<\(index)@b.example>",
                ],
                addresses: [
                    "To": people, "Cc": people, "From": [people[index % people.count]],
                    "Reply-To": [people[1]],
                ],
                leaves: finalLeaves
            )
        }
    }

    private static let types = [
        "application/pdf", "image/png", "application/zip", "image/png", "text/csv", "image/png",
        "application/octet-stream", "image/png", "application/octet-stream", "image/png",
    ]

    /// Messages of 8 bits in several shapes, made fit for every relay.
    static var reencoded: [Sample] {
        let nested =
            "From: a@b.example\nSubject: Innen ü\nContent-Type: text/plain; charset=utf-8\n"
            + "Content-Transfer-Encoding: 8bit\n\nInnen: Grüße\n"
        let message = """
            From: Jürgen <a@b.example>
            Subject: Grüße
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary="x y"
            Content-Transfer-Encoding: 8bit

            Vorwort ü
            --x y
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: 8bit

            Text: Grüße, \(String(repeating: "lang ", count: 300))
            --x y
            Content-Type: application/json
            Content-Disposition: attachment; filename="Grüße.json"
            Content-Transfer-Encoding: 8bit

            {"ü":1}
            --x y
            Content-Type: message/rfc822
            Content-Transfer-Encoding: 8bit

            \(nested)
            --x y--
            Nachwort ü

            """.replacing("\n", with: "\r\n")
        return [
            Sample(
                name: "reencoded-mixed",
                message: (try? ContentReencoder.reencode(Array(message.utf8))) ?? []
            ) {
                MessageExpectation(
                    headers: ["Subject": "Grüße"],
                    addresses: ["From": [["Jürgen", "a@b.example"]]],
                    leaves: [
                        .init(
                            type: "text/plain",
                            text: "Text: Grüße, " + String(repeating: "lang ", count: 300)
                        ),
                        .init(
                            type: "application/json",
                            data: Data("{\"ü\":1}".utf8),
                            fileName: "Grüße.json"
                        ),
                        .init(type: "text/plain", text: "Innen: Grüße\n"),
                    ]
                )
            },
            Sample(
                name: "reencoded-bare",
                message: (try? ContentReencoder.reencode(
                    Array("From: a@b.example\r\nSubject: x\r\n\r\nGrüße\r\n".utf8)
                )) ?? []
            ) {
                MessageExpectation(
                    headers: ["MIME-Version": "1.0"],
                    leaves: [.init(type: "text/plain", text: "Grüße\n")]
                )
            },
        ]
    }

    private static func mailbox(_ person: [String]) -> Mailbox {
        guard let address = try? MailAddress(person[1]) else { preconditionFailure("a sample is no address") }
        return Mailbox(displayName: person[0].isEmpty ? nil : person[0], address: address)
    }

    private static func bytes(_ count: Int, _ generator: inout SeededGenerator) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
}
