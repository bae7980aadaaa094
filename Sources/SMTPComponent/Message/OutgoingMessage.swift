// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import SMTPProtocol
internal import Spool

/// A message made from the properties: its envelope and its bytes.
struct OutgoingMessage: Sendable {
    /// The sender of the envelope.
    let sender: EnvelopeSender
    /// The recipients of the envelope, no address twice.
    let recipients: [EnvelopeRecipient]
    /// Where each recipient stands.
    let types: [SMTP.RecipientType]
    /// Headers, an empty line and the text, lines ended by CRLF.
    let content: [UInt8]
    /// Where the text begins.
    let textOffset: Int

    /// Makes the message as it is at this moment.
    ///
    /// - Throws: 164 without a sender, 165 without a recipient, 192, 196 or 434 when something cannot be sent as it is.
    init(_ members: MemberStore, now: Timestamp = .now()) throws(SMTPError) {
        try Self.checkParties(members)
        sender = try Self.sender(of: members)
        let envelope = try members.recipients.envelope()
        recipients = envelope.map(\.recipient)
        types = envelope.map(\.type)
        let raw = members.bytes(.message)
        guard raw.isEmpty else {
            content = LineEnds.normalized(raw)
            textOffset = HeaderBlock(parsing: content).bodyOffset
            return
        }
        let header = try Self.header(of: members, now: now)
        textOffset = header.utf8.count + 2
        content = Array(header.utf8) + [0x0D, 0x0A] + LineEnds.normalized(try Self.text(of: members))
    }

    /// The headers as they would be sent now, each line ended by CRLF, without the empty line behind them.
    static func header(of members: MemberStore, now: Timestamp = .now()) throws(SMTPError) -> String {
        let uniqueID = MessageID.make(stem: MessageStem.random().text, host: HostName.current)
        return try HeaderWriter(members: members, now: now, uniqueID: uniqueID).text()
    }

    /// Whether the message says who it is from and for.
    static func checkParties(_ members: MemberStore) throws(SMTPError) {
        guard !members.text(.from).isEmpty else { throw SMTPError(.noSender) }
        let types = Set(members.recipients.entries.filter { !$0.address.isEmpty }.map(\.type))
        guard members.flag(.allowEmptyTo) ? !types.isEmpty : types.contains(.to) else {
            throw SMTPError(.noRecipient)
        }
    }

    /// The facts for the transaction.
    var facts: ContentFacts {
        var scanner = ContentScanner()
        content.withUnsafeBytes { scanner.scan($0) }
        return scanner.finish()
    }

    private static func text(of members: MemberStore) throws(SMTPError) -> [UInt8] {
        guard let charset = TextCharset(codePage: members.number(.codePage)) else {
            throw SMTPError(.notConvertible, "there is no code page \(members.number(.codePage)) here")
        }
        do throws(CharsetError) {
            return try charset.encode(members.text(.messageText))
        } catch {
            throw SMTPError(.notConvertible, "code page \(charset.codePage): \(error.summary)")
        }
    }

    private static func sender(of members: MemberStore) throws(SMTPError) -> EnvelopeSender {
        let returnPath = members.text(Property.returnPath)
        do throws(EnvelopeError) {
            if !returnPath.isEmpty { return try EnvelopeSender(parsing: returnPath) }
        } catch {
            throw SMTPError(.invalidAddress, "ReturnPath: \(error.summary)")
        }
        do {
            let from = try AddressListParser.mailboxes(in: members.text(.from))
            guard let author = from.first else { throw SMTPError(.noSender) }
            return try EnvelopeSender(path: .address(author.address))
        } catch let error as AddressError {
            throw SMTPError(.invalidAddress, "From: \(error.summary)")
        } catch {
            throw SMTPError(.noSender)
        }
    }
}
