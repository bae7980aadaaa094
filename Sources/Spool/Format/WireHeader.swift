// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage

/// The header of a message as it goes on the wire: without Bcc where the spool has read it, with a Date and a
/// Message-ID, and with a domain for each name.
///
/// Pure.
///
/// - SeeAlso: RFC 5322 §3.6.3 (Bcc), §3.6.1 and §3.6.4 (what a message must have), RFC 6409 §8 (who may add it)
struct WireHeader {
    /// The edited bytes: the header and what stood behind it in the same piece.
    let bytes: [UInt8]
    /// Whether a Date was added.
    let hasGivenDate: Bool

    /// Edits the header at the beginning of a message.
    ///
    /// - Parameters:
    ///   - header: the header, and what follows it in the same piece.
    ///   - removesBcc: whether the recipients were read from the header, so that Bcc has done its work.
    ///   - date: the date for a message without one.
    ///   - messageID: the Message-ID for a message without one.
    ///   - defaultDomain: the domain of names that have none; `localhost` leaves them as they are.
    ///   - end: how far ``bytes`` goes: an offset into the header's bytes, not before the body.
    init(
        _ header: HeaderBlock,
        removesBcc: Bool,
        date: Timestamp,
        messageID: String,
        defaultDomain: String,
        end: Int
    ) {
        let isHidden = { (name: String) in
            HeaderBlock.isSame(name, "Bcc") || HeaderBlock.isSame(name, "Resent-Bcc")
        }
        let dropsBcc = removesBcc && header.fields.contains { isHidden($0.name) }
        hasGivenDate = !header.has("Date")
        let needsMessageID = !header.has("Message-ID")
        let qualifies = defaultDomain != LocalAddressRules.hostDomain
        let qualified = header.fields.map { qualifies ? header.qualified($0, domain: defaultDomain) : nil }
        let changesFields = dropsBcc || qualified.contains { $0 != nil }
        guard changesFields || hasGivenDate || needsMessageID else {
            bytes = end == header.bytes.count ? header.bytes : Array(header.bytes[..<end])
            return
        }
        var edited: [UInt8] = []
        edited.reserveCapacity(end + 256)
        if changesFields {
            for (field, change) in zip(header.fields, qualified) where !(dropsBcc && isHidden(field.name)) {
                edited += change ?? Array(header.bytes[field.range])
            }
        } else {
            edited += header.bytes[..<header.fieldsEnd]
        }
        if hasGivenDate { edited += Array("Date: \(MailDate.format(date))\r\n".utf8) }
        if needsMessageID { edited += Array("Message-ID: \(messageID)\r\n".utf8) }
        if header.bodyOffset == header.fieldsEnd { edited += [0x0D, 0x0A] }
        bytes = edited + header.bytes[header.fieldsEnd..<end]
    }
}
