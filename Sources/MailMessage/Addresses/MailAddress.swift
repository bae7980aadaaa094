// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The address of one mailbox as SMTP carries it: `local@domain`.
///
/// Whatever exists as a value is valid: it has no controls, spaces outside quotes or line separators, and may be put
/// between `<` and `>` on the wire as it is. A local part that needs quotes has them.
///
/// - SeeAlso: RFC 5321 §4.1.2 (`Mailbox`), RFC 6531 §3.3 (characters beyond ASCII), RFC 5321 §4.5.3.1 (lengths)
package struct MailAddress: Hashable, Sendable, CustomStringConvertible {
    /// The part before the `@`, a dot-atom or a quoted string, as on the wire.
    package let localPart: String
    /// The part after the `@`: a domain name or an address literal in brackets.
    package let domain: String

    /// Reads `local@domain`, with or without angle brackets around it; no display name, no comments.
    ///
    /// A name alone, such as `root`, is an error unless a domain is given that it then has.
    package init(_ text: some StringProtocol, domainIfMissing: String? = nil) throws(AddressError) {
        var body = Substring(text)
        let wire = body.utf8
        if wire.count > 1, wire.first == UInt8(ascii: "<"), wire.last == UInt8(ascii: ">") {
            body = Substring(wire.dropFirst().dropLast())
        }
        guard !body.isEmpty else { throw AddressError(.empty, "is empty", in: text) }
        if body.unicodeScalars.contains(where: CharacterRules.isForbidden) {
            throw AddressError(.controlCharacter, "contains a control character or line break", in: text)
        }
        // U+FFFD is what decoding leaves of bytes that are no UTF-8: the address that was meant is not known.
        guard !body.unicodeScalars.contains("\u{FFFD}") else {
            throw AddressError(.encoding, "contains bytes that are not UTF-8", in: text)
        }
        var bytes = Array(body.utf8)
        if let domainIfMissing, !bytes.contains(UInt8(ascii: "@")) {
            bytes += Array("@\(domainIfMissing)".utf8)
        }
        guard let at = bytes.lastIndex(of: UInt8(ascii: "@")) else {
            throw AddressError(.domain, "has no @domain", in: text)
        }
        let local = bytes[..<at]
        let domain = bytes[(at + 1)...]
        guard local.count <= 64 else {
            throw AddressError(.tooLong, "the part before @ is longer than 64 bytes", in: text)
        }
        guard domain.count <= 255, bytes.count <= 254 else {
            throw AddressError(.tooLong, "is longer than 254 bytes", in: text)
        }
        guard CharacterRules.isDotAtom(local) || CharacterRules.isQuotedString(local) else {
            throw AddressError(.localPart, "the part before @ is not valid (quotes missing?)", in: text)
        }
        guard CharacterRules.isDomain(domain) || AddressLiteral.isWellFormed(domain) else {
            throw AddressError(.domain, "the domain after @ is not valid", in: text)
        }
        self.localPart = String(decoding: local, as: UTF8.self)
        self.domain = String(decoding: domain, as: UTF8.self)
    }

    /// `local@domain`.
    package var description: String { localPart + "@" + domain }

    /// Whether the address can be sent without SMTPUTF8.
    package var isASCII: Bool {
        localPart.utf8.allSatisfy { $0 < 0x80 } && domain.utf8.allSatisfy { $0 < 0x80 }
    }
}
