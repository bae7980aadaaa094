// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Values that have broken mail software before.
enum HostileValues {
    /// Characters that end a line, a string or a field somewhere (T5).
    static let separators: [Unicode.Scalar] = [
        "\r", "\n", "\0", "\u{B}", "\u{C}", "\u{1B}", "\u{7F}", "\u{85}", "\u{9B}", "\u{2028}", "\u{2029}",
    ]

    /// What a shell would act on (T1).
    static let shellWords = [
        ";touch /tmp/x;", "|id", "$(id)", "`id`", "&id&", "<x", ">x", "a b", "a\\b", "a(b)c", "a,b", "a:b",
        "a;b", "a[b]", "a\"b",
    ]

    /// Every scalar beyond ASCII whose number ends in the byte of a line end, NUL or angle bracket: what narrowing would
    /// turn into one (T6).
    static let narrowed: [Unicode.Scalar] = (0x80...0x10FFFF).compactMap { value in
        [0x0A, 0x0D, 0x00, 0x3C, 0x3E].contains(value & 0xFF) ? Unicode.Scalar(value) : nil
    }
}
