// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage

/// The header of a message that was handed to `sendmail`, as it is enqueued: without Bcc, and with a From.
///
/// Pure. Date and Message-ID, and the domains of names that have none, are added when it is sent.
///
/// - SeeAlso: RFC 6409 §8
enum SubmittedHeader {
    /// The header, and what stood behind it in the same piece.
    ///
    /// - Parameters:
    ///   - header: the header as it was handed over.
    ///   - author: the value of From for a message without one.
    /// - Returns: the bytes to enqueue.
    static func bytes(_ header: HeaderBlock, author: String) -> [UInt8] {
        var bytes: [UInt8] = []
        if !header.has("From"), !header.has("Resent-From") { bytes += Array("From: \(author)\n".utf8) }
        for field in header.fields where !isHidden(field.name) { bytes += header.bytes[field.range] }
        if header.bodyOffset == header.fieldsEnd { bytes.append(UInt8(ascii: "\n")) }
        return bytes + header.bytes[header.fieldsEnd...]
    }

    /// The value of From for somebody.
    ///
    /// A full name that cannot stand there is left out.
    static func author(user: String, fullName: String?) -> String {
        let name = fullName.map { String($0.unicodeScalars.filter { !CharacterRules.isForbidden($0) }) } ?? ""
        guard !name.isEmpty,
            let address = try? MailAddress(user, domainIfMissing: LocalAddressRules.hostDomain)
        else { return user }
        let field = HeaderFieldEncoder.addresses(
            "From",
            [.mailbox(Mailbox(displayName: name, address: address))]
        )
        return String(field.dropFirst("From: ".count))
    }

    private static func isHidden(_ name: String) -> Bool {
        HeaderBlock.isSame(name, "Bcc") || HeaderBlock.isSame(name, "Resent-Bcc")
    }
}
