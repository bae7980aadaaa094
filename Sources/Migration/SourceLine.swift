// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage

/// A line of a configuration file, and where it stands.
struct SourceLine: Hashable {
    /// The file.
    let file: String
    /// The number of the line, counted from 1.
    let number: Int
    /// The line without blanks at its ends.
    let text: String

    /// The file and the line, printable.
    var place: String { "\(PrintableText(file, limitBytes: 300)):\(number)" }

    /// The lines of a file that are neither empty nor a comment.
    static func lines(of text: String, file: String) -> [SourceLine] {
        text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
            let text = line.trimmed
            return text.isEmpty || text.hasPrefix("#")
                ? nil : SourceLine(file: file, number: index + 1, text: text)
        }
    }

    /// The first word, and what follows it.
    var firstWordAndRest: (word: String, rest: String) {
        let word = text.prefix { !$0.isWhitespace }
        return (String(word), text.dropFirst(word.count).trimmed)
    }
}

extension StringProtocol {
    /// The text without blanks at its ends.
    var trimmed: String {
        let start = drop { $0.isWhitespace }
        return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }
}
