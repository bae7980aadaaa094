// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

@testable import MailMessage

/// Whole messages: taken apart, and turned into what every relay takes.
enum MessageTarget {
    static func run(_ input: [UInt8]) throws(Violation) {
        let structure = MIMEStructure(parsing: input)
        try check(structure)
        guard let result = try? ContentReencoder.reencode(input) else { return }
        try Violation.unless(ContentProfile(of: result[...]).fits7Bit, "what is re-encoded fits every relay")
        try Violation.unless((try? ContentReencoder.reencode(result)) == result, "what fits stays as it is")
        try check(MIMEStructure(parsing: result), against: structure)
    }

    private static func check(_ structure: MIMEStructure) throws(Violation) {
        try Violation.unless(
            (1...MIMEStructure.partLimit).contains(structure.parts.count),
            "parts are bounded"
        )
        for (index, part) in structure.parts.enumerated() {
            try Violation.unless(
                part.depth <= MIMEStructure.depthLimit && structure.bytes.indices.contains(part.range)
                    && part.range.contains(part.body),
                "a part lies within the message"
            )
            var end = part.range.lowerBound
            for child in part.children {
                let range = structure.parts[child].range
                try Violation.unless(
                    child > index && end <= range.lowerBound && range.upperBound <= part.range.upperBound,
                    "parts lie one behind the other within the one that holds them"
                )
                end = range.upperBound
            }
            _ = structure.text(of: part)
            _ = structure.fileName(of: part)
        }
    }

    /// A reader finds the same parts before and after.
    private static func check(_ after: MIMEStructure, against before: MIMEStructure) throws(Violation) {
        try Violation.unless(
            after.parts.map(\.depth) == before.parts.map(\.depth),
            "re-encoding keeps the parts"
        )
        for (new, old) in zip(after.parts, before.parts) where old.children.isEmpty {
            try Violation.unless(
                content(of: new, in: after) == content(of: old, in: before),
                "re-encoding keeps the content"
            )
        }
    }

    /// The content with line ends of one kind, and none behind it.
    private static func content(of part: MIMEStructure.Part, in structure: MIMEStructure) -> [UInt8] {
        var lines = TextLines(structure.content(of: part)).map { Array($0.content) }
        while lines.last == [] { lines.removeLast() }
        return Array(lines.joined(separator: [0x0A]))
    }
}
