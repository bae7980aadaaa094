// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Values that have broken mail software before.
enum HostileValues {
    /// Characters that end a line, a string or a field somewhere (T5), but for the end of a line itself.
    static let inOneLine: [Unicode.Scalar] = [
        "\r", "\0", "\u{B}", "\u{C}", "\u{1B}", "\u{7F}", "\u{85}", "\u{9B}", "\u{2028}", "\u{2029}",
    ]

    /// All of them.
    static let separators: [Unicode.Scalar] = ["\n"] + inOneLine
}
