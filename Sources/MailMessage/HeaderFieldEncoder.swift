// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Header fields as text: encoded where needed, folded, without the line end behind them.
///
/// - SeeAlso: RFC 5322 §2.2, §3.4, RFC 2047 §5
package enum HeaderFieldEncoder {
    /// Longest display name in quotes; longer ones become encoded words, which can be folded.
    private static let longestQuoted = 60

    /// `Name: any text`, without blanks around the text.
    package static func unstructured(
        _ name: String,
        _ text: String,
        style: HeaderStyle = .standard
    ) -> String {
        var folder = HeaderFolder(name: name, style: style)
        let clean = CharacterRules.withoutControls(text).drop { $0 == " " }
        let end = clean.lastIndex { $0 != " " }.map { clean.index(after: $0) } ?? clean.startIndex
        appendText(String(clean[..<end]), style, to: &folder)
        return folder.text
    }

    /// `Name: mailbox, mailbox`.
    package static func mailboxes(
        _ name: String,
        _ mailboxes: [Mailbox],
        style: HeaderStyle = .standard
    ) -> String {
        var folder = HeaderFolder(name: name, style: style)
        for (index, mailbox) in mailboxes.enumerated() {
            let comma = index == mailboxes.count - 1 ? "" : ","
            if let name = mailbox.displayName, !name.isEmpty {
                appendPhrase(CharacterRules.withoutControls(name), style, to: &folder)
                folder.append("<\(mailbox.address)>" + comma)
            } else {
                folder.append(mailbox.address.description + comma)
            }
        }
        return folder.text
    }

    /// Pieces of text with the blanks before them, so that unfolding gives back the text.
    private static func appendText(_ text: String, _ style: HeaderStyle, to folder: inout HeaderFolder) {
        guard !style.usesEncodedWords || !EncodedWord.isNeeded(for: text) else {
            return appendEncoded(text, to: &folder)
        }
        var blanks = " "
        for (index, word) in text.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
            if index > 0 { blanks += " " }
            guard !word.isEmpty else { continue }
            folder.append(String(word), blanks: blanks)
            blanks = ""
        }
    }

    private static func appendEncoded(_ text: String, to folder: inout HeaderFolder) {
        for word in EncodedWord.words(for: text, firstLimit: folder.room) { folder.append(word) }
    }

    /// A display name: atoms as they are, other short ASCII in quotes, the rest as encoded words.
    private static func appendPhrase(_ name: String, _ style: HeaderStyle, to folder: inout HeaderFolder) {
        let isPlain = !EncodedWord.isNeeded(for: name) && name.utf8.count <= longestQuoted
        guard !style.usesEncodedWords || isPlain else {
            return appendEncoded(name, to: &folder)
        }
        if name.utf8.allSatisfy({ CharacterRules.isAtomText($0) || $0 == UInt8(ascii: " ") }) {
            folder.append(name)
        } else {
            folder.append("\"" + name.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] } + "\"")
        }
    }
}
