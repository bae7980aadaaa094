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
    /// The default, as it would be written; nil when there is none.
    package let standard: String?
    /// What it does.
    package let meaning: String
}
