// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Reads a file of aliases: `name: target, target …`, lines that begin with a blank continue the one before.
///
/// Pure, linear in the length of the text. Whatever stands in the file gives a table: an entry that cannot be is a
/// problem, told with its line, and the others count.
///
/// ```
/// postmaster: root
/// root:       alice@example.com, bob@example.com
/// list:       "|/usr/bin/list"      is known, and refused when mail comes for it
/// ```
///
/// - SeeAlso: aliases(5)
package struct AliasFileParser {
    /// What is wrong with a line.
    package struct Problem: Hashable, Sendable {
        /// The line, counted from 1.
        package let line: Int
        /// What is wrong, printable.
        package let summary: String
    }

    /// The entries.
    package private(set) var table = AliasTable()
    /// What is wrong with the file.
    package private(set) var problems: [Problem] = []

    /// Reads a text.
    package init(_ text: String) {
        var entry: (text: String, line: Int)?
        // Not by characters: CR LF is one, and a line end whatever follows.
        for (index, bytes) in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .enumerated()
        {
            let line = String(
                decoding: bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes,
                as: UTF8.self
            )
            let content = line.drop(while: Self.isBlank)
            if content.isEmpty || content.first == "#" { continue }
            if line.first.map(Self.isBlank) == true, entry != nil {
                entry?.text += " " + content
            } else {
                if let entry { read(entry.text, at: entry.line) }
                entry = (String(content), index + 1)
            }
        }
        if let entry { read(entry.text, at: entry.line) }
    }

    private mutating func read(_ entry: String, at line: Int) {
        let parts = Self.split(entry, at: ":", limit: 1)
        let name = Self.unquoted(parts[0])
        guard parts.count == 2, !name.isEmpty, !name.contains("@"),
            name == "*" || (try? MailAddress(name, domainIfMissing: LocalAddressRules.hostDomain)) != nil
        else {
            return note("\"\(PrintableText(entry, limitBytes: 60))\" is not \"name: address, …\"", at: line)
        }
        var targets: [AliasTable.Target] = []
        for text in Self.split(parts[1], at: ",", limit: .max) where !Self.trimmed(text).isEmpty {
            targets += self.targets(text, at: line)
        }
        guard !targets.isEmpty else {
            return note("\(PrintableText(name, limitBytes: 60)) has no target", at: line)
        }
        if !table.add(name, targets) {
            note("a second entry for \(PrintableText(name, limitBytes: 60)) does not count", at: line)
        }
    }

    private mutating func targets(_ text: String, at line: Int) -> [AliasTable.Target] {
        if let reason = Self.refusal(of: Self.unquoted(text)) {
            note(reason, at: line)
            return [.refused("line \(line): \(reason)")]
        }
        // A backslash keeps a name from being an alias again; for its own name that holds anyway.
        let address = text.hasPrefix("\\") ? Substring(text.dropFirst()) : Substring(text)
        do throws(AddressError) {
            return try AddressListParser.mailboxes(in: address, domainIfMissing: LocalAddressRules.hostDomain)
                .map { .address($0.address) }
        } catch {
            note(error.summary, at: line)
            return [.refused("line \(line): \(error.summary)")]
        }
    }

    /// Why mail is not handed to a target that is no address; nil when it may be one.
    package static func refusal(of target: String) -> String? {
        let refusal: String? =
            switch target.unicodeScalars.first {
            case "|": "runs a program"
            case "/": "writes a file"
            case ":": target.lowercased().hasPrefix(":include:") ? "includes a file" : "is no address"
            default: nil
            }
        return refusal.map {
            "\"\(PrintableText(target, limitBytes: 80))\" \($0): mail goes to addresses only"
        }
    }

    private mutating func note(_ summary: String, at line: Int) {
        problems.append(Problem(line: line, summary: summary))
    }

    // MARK: Text

    /// The parts of a text between marks that stand outside quotes, without the blanks around them.
    private static func split(_ text: String, at mark: Unicode.Scalar, limit: Int) -> [String] {
        var parts = [String.UnicodeScalarView()]
        var isQuoted = false
        var isEscaped = false
        for scalar in text.unicodeScalars {
            if scalar == mark, !isQuoted, !isEscaped, parts.count <= limit {
                parts.append(String.UnicodeScalarView())
                continue
            }
            if scalar == "\"", !isEscaped { isQuoted.toggle() }
            isEscaped = scalar == "\\" && !isEscaped
            parts[parts.count - 1].append(scalar)
        }
        return parts.map { trimmed(String($0)) }
    }

    private static func unquoted(_ text: String) -> String {
        let body = trimmed(text)
        guard body.utf8.count >= 2, body.utf8.first == UInt8(ascii: "\""),
            body.utf8.last == UInt8(ascii: "\"")
        else { return body }
        return trimmed(String(body.dropFirst().dropLast()))
    }

    private static func trimmed(_ text: String) -> String {
        var text = text.drop(while: isBlank)
        while text.last.map(isBlank) == true { text.removeLast() }
        return String(text)
    }

    private static func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }
}
