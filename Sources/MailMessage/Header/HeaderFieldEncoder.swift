// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Header fields as text: encoded where needed, folded, without the line end behind them.
///
/// Text that the character set of the style does not have is encoded in UTF-8; whoever must refuse it asks
/// ``TextCharset/encode(_:)`` first.
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
        let clean = CharacterRules.withoutControls(text).unicodeScalars.drop { $0 == " " }
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
        addresses(name, mailboxes.map(AddressListEntry.mailbox), style: style)
    }

    /// `Name: mailbox, group: mailbox, mailbox;`.
    package static func addresses(
        _ name: String,
        _ entries: [AddressListEntry],
        style: HeaderStyle = .standard
    ) -> String {
        var folder = HeaderFolder(name: name, style: style)
        for (index, entry) in entries.enumerated() {
            let comma = index == entries.count - 1 ? "" : ","
            switch entry {
            case .mailbox(let mailbox): append(mailbox, suffix: comma, style, to: &folder)
            case .group(let name, let members):
                appendPhrase(CharacterRules.withoutControls(name), style, to: &folder)
                // RFC 2047 §5: a blank stands behind an encoded word.
                let blanks = folder.text.hasSuffix("?=") ? " " : ""
                folder.append(members.isEmpty ? ":;" + comma : ":", blanks: blanks)
                for (index, member) in members.enumerated() {
                    let isLast = index == members.count - 1
                    append(member, suffix: isLast ? ";" + comma : ",", style, to: &folder)
                }
            }
        }
        return folder.text
    }

    /// `Name: value; parameter=value`.
    ///
    /// - SeeAlso: RFC 2045 §5.1, RFC 2231
    static func parameterized(
        _ name: String,
        _ value: ParameterizedValue,
        style: HeaderStyle = .standard
    ) -> String {
        var folder = HeaderFolder(name: name, style: style)
        let pieces =
            [value.value]
            + value.parameters.flatMap { ParameterEncoder.pieces(for: $0, charset: style.charset) }
        for (index, piece) in pieces.enumerated() {
            folder.append(piece + (index == pieces.count - 1 ? "" : ";"))
        }
        return folder.text
    }

    /// `Name: value` of any field, encoded in the way that its kind allows.
    static func field(_ name: String, _ text: String, style: HeaderStyle) -> String {
        if HeaderFieldKind(of: name) == .addresses, let entries = try? AddressListParser.entries(in: text) {
            return addresses(name, entries, style: style)
        }
        return unstructured(name, text, style: style)
    }

    private static func append(
        _ mailbox: Mailbox,
        suffix: String,
        _ style: HeaderStyle,
        to folder: inout HeaderFolder
    ) {
        guard let name = mailbox.displayName, !name.isEmpty else {
            return folder.append(mailbox.address.description + suffix)
        }
        appendPhrase(CharacterRules.withoutControls(name), style, to: &folder)
        folder.append("<\(mailbox.address)>" + suffix)
    }

    /// Pieces of text with the blanks before them, so that unfolding gives back the text.
    private static func appendText(_ text: String, _ style: HeaderStyle, to folder: inout HeaderFolder) {
        if let charset = style.charset, EncodedWord.isNeeded(for: text) {
            return appendEncoded(text, charset, to: &folder)
        }
        var blanks = " "
        for (index, word) in text.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
            if index > 0 { blanks += " " }
            guard !word.isEmpty else { continue }
            folder.append(String(word), blanks: blanks)
            blanks = ""
        }
    }

    private static func appendEncoded(
        _ text: String,
        _ charset: TextCharset,
        to folder: inout HeaderFolder
    ) {
        let words = EncodedWord.words(for: text, charset: charset, firstLimit: folder.roomForEncodedWord)
        for word in words { folder.append(word, isEncoded: true) }
    }

    /// A display name: atoms as they are, other short ASCII in quotes, the rest as encoded words.
    private static func appendPhrase(_ name: String, _ style: HeaderStyle, to folder: inout HeaderFolder) {
        if let charset = style.charset, EncodedWord.isNeeded(for: name) || name.utf8.count > longestQuoted {
            // Undivided where it can be: some readers keep the blank between two encoded words in a name.
            let words = EncodedWord.words(for: name, charset: charset)
            guard words.count > 1 else { return folder.append(words.joined(), isEncoded: true) }
            return appendEncoded(name, charset, to: &folder)
        }
        let words = name.split(separator: " ", omittingEmptySubsequences: false)
        if words.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(CharacterRules.isAtomText) }) {
            folder.append(name)
        } else {
            folder.append(CharacterRules.quoted(name))
        }
    }
}
