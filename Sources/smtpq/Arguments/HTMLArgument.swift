// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The value of `--html`: the text itself, which begins with `<`, or the file that it is in.
///
/// Pure.
enum HTMLArgument: Hashable {
    /// The text.
    case text(String)
    /// The file; `-` is standard input.
    case file(String)

    /// Reads the value.
    init(_ text: String) { self = text.hasPrefix("<") ? .text(text) : .file(text) }
}
