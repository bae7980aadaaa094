// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Foundation
import MailMessage

/// What a reader must find in a message.
struct MessageExpectation: Codable {
    /// A part without parts.
    struct Leaf: Codable, Equatable {
        var type: String
        var text: String?
        var data: Data?
        var fileName: String?
        var contentID: String?
    }

    /// Header fields as a person reads them.
    var headers: [String: String] = [:]
    /// Header fields with mailboxes: pairs of display name and address.
    var addresses: [String: [[String]]] = [:]
    var leaves: [Leaf]

    /// What our own reader finds in a message that differs from this.
    func problems(in message: [UInt8]) throws -> [String] {
        let structure = MIMEStructure(parsing: message)
        var problems: [String] = []
        for (name, value) in headers {
            let found = structure.root.header.values(of: name).map(EncodedWordReader.decode)
            if found != [value] { problems.append("\(name): \(found), expected \(value)") }
        }
        for (name, mailboxes) in addresses {
            let text = structure.root.header.values(of: name).joined()
            let found = try AddressListParser.mailboxes(in: text).map {
                [$0.readableName ?? "", $0.address.description]
            }
            if found != mailboxes { problems.append("\(name): \(found), expected \(mailboxes)") }
        }
        let found = structure.parts.filter(\.children.isEmpty)
        if found.count != leaves.count { problems.append("\(found.count) parts, expected \(leaves.count)") }
        for (part, leaf) in zip(found, leaves) where leaf != Self.leaf(part, of: structure, like: leaf) {
            problems.append("part \(leaf) differs")
        }
        return problems
    }

    private static func leaf(
        _ part: MIMEStructure.Part,
        of structure: MIMEStructure,
        like expected: Leaf
    ) -> Leaf {
        Leaf(
            type: part.contentType.value,
            text: expected.text.map { text in
                let found = lines(structure.text(of: part))
                return found.utf8.elementsEqual(lines(text).utf8) ? text : found
            },
            data: expected.data.map { _ in Data(structure.content(of: part)) },
            fileName: structure.fileName(of: part),
            contentID: part.header.values(of: "Content-ID").first
        )
    }

    /// Text with one kind of line end, and one at its end.
    private static func lines(_ text: String) -> String {
        let lines = text.replacing("\r\n", with: "\n")
        return lines.isEmpty || lines.hasSuffix("\n") ? lines : lines + "\n"
    }
}
