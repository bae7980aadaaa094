// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// One key of the configuration.
package struct Setting: Hashable, Sendable {
    /// What its value is.
    package enum Kind: Hashable, Sendable {
        /// A text, not empty, without controls.
        case string
        /// A text that is never shown.
        case secret
        /// A list of texts, not empty.
        case stringList
        /// A program with its arguments, which are never shown.
        case command
        /// A text, or a list of texts, not empty.
        case strings
        /// Names in order of preference, those of one rank in a list of their own.
        case ranks
        /// `true` or `false`.
        case boolean
        /// A whole number within bounds.
        case integer(ClosedRange<Int>)
        /// A time, as ``Quantity`` reads it.
        case duration
        /// A list of times, not empty.
        case durationList
        /// A size, as ``Quantity`` reads it.
        case byteCount
        /// One of some words.
        case choice([String])
        /// One of some words, or a list of them, not empty.
        case words([String])
        /// One of some words, each of which has other spellings too: a number, `true` or `false`. The first spelling is
        /// the word itself.
        case spelling([[String]])
        /// A section with names as keys, each with one address or a list of them.
        case addressTable
        /// An array of tables.
        case tables

        /// The kind in words, for errors and the manual.
        package var words: String {
            switch self {
            case .string, .secret: "a string in quotes"
            case .stringList: "a list of strings such as [\"a\", \"b\"]"
            case .command: "a program and its arguments, such as [\"/usr/bin/a\", \"b\"]"
            case .strings: "a string, or a list such as [\"a\", \"b\"]"
            case .ranks: "names in order of preference, equal ones in a list: [\"a\", [\"b\", \"c\"]]"
            case .boolean: "true or false"
            case .integer(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
            case .duration: "a time such as 30, \"30s\", \"5min\", \"4h\" or \"5d\""
            case .durationList: "a list of times such as [\"1min\", \"5min\", \"1h\"]"
            case .byteCount: "a size such as 1048576, \"100MiB\" or \"1GiB\""
            case .choice(let words): "one of " + words.map { "\"\($0)\"" }.joined(separator: ", ")
            case .words(let words):
                "one, or a list, of " + words.map { "\"\($0)\"" }.joined(separator: ", ")
            case .spelling(let words):
                "one of " + words.map { "\"\($0[0])\"" }.joined(separator: ", ") + ", or "
                    + words.flatMap { $0.dropFirst() }.joined(separator: ", ")
            case .addressTable: "a section of names and addresses such as root = \"admin@example.com\""
            case .tables: "sections such as [[Relay]]"
            }
        }
    }

    /// The key.
    package let name: String
    /// What its value is.
    package let kind: Kind
    /// The default, as it would be written; nil when there is none, or none that could be written.
    package let standard: String?
    /// What is done without the key, in words, where ``standard`` cannot say it.
    package let otherwise: String?
    /// What its numbers count, where the kind does not say it.
    package let unit: String?
    /// A value to show, as it would be written.
    package let example: String
    /// What it does: one paragraph.
    package let meaning: String

    /// A key; the example is the default, where there is one.
    package init(
        name: String,
        kind: Kind,
        standard: String?,
        otherwise: String? = nil,
        unit: String? = nil,
        example: String? = nil,
        meaning: String
    ) {
        self.name = name
        self.kind = kind
        self.standard = standard
        self.otherwise = otherwise
        self.unit = unit
        self.example = example ?? standard ?? ""
        self.meaning = meaning
    }

    /// What its value may be, in words.
    package var words: String { kind.words + (unit.map { ", " + $0 } ?? "") }

    /// Which values there are, as a sentence without its point; nil where each value is one.
    var valuesInWords: String? {
        switch kind {
        case .integer, .choice, .words, .spelling: words.prefix(1).uppercased() + words.dropFirst()
        default: nil
        }
    }

    /// Whether a value is never shown.
    package var isSecret: Bool { kind == .secret || kind == .command }

    /// The default in words; nil when there is none, and the key is needed.
    package var standardInWords: String? { standard ?? otherwise }
}
