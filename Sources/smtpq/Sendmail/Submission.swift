// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import MailMessage
internal import ProgramOutput
internal import Spool
internal import Submission

/// `sendmail`: puts a message from standard input into the queue.
///
/// What it says about addresses of this host is decided when the message is sent: see ``LocalAddressRules``.
struct Submission {
    private let options: SendmailArguments

    init(_ options: SendmailArguments) { self.options = options }

    /// Enqueues it.
    func run() throws {
        guard options.readsRecipients || !options.recipients.isEmpty else {
            throw CommandFailure("no recipient: name one, or take them from the message with -t", .usage)
        }
        let sender = try envelopeSender()
        let named = try options.recipients.flatMap { text throws(CommandFailure) in try Self.addresses(text) }
        let enqueuer = try MessageEnqueuer(try QueueOptions.standard().location())
        Interruption.watch()
        let text = SubmittedText(
            try MessageInput(file: nil, of: "the message"),
            reader: SubmittedTextReader(endsAtDot: !options.ignoresDots)
        )
        let header = try MessageBeginning.read(from: text).header
        let addresses = named + (options.readsRecipients ? try Self.addresses(in: header) : [])
        let envelope = QueueFileEnvelope(sender: sender, recipients: try recipients(addresses))
        let author = SubmittedHeader.author(
            user: LocalUser.name,
            fullName: options.fullName ?? LocalUser.fullName
        )
        let beginning = SubmittedHeader.bytes(header, author: author)
        let submission = try enqueuer.write(envelope: envelope) { write throws(CommandFailure) in
            try write(beginning[...])
            while let piece = try text.next() { try write(piece[...]) }
        }
        _ = try enqueuer.commit(submission)
    }

    /// The sender of `-f`, else who runs this program.
    private func envelopeSender() throws(CommandFailure) -> EnvelopeSender {
        let text = options.sender ?? LocalUser.name
        do throws(EnvelopeError) {
            var parameters: [ESMTPParameter] = []
            if let ret = options.ret {
                parameters.append(try ESMTPParameter(keyword: "RET", value: ret.uppercased()))
            }
            if let id = options.envelopeID {
                parameters.append(try ESMTPParameter(keyword: "ENVID", value: XText.encode(id)))
            }
            if text.isEmpty || text == "<>" { return try EnvelopeSender(path: .null, parameters: parameters) }
            let named = try EnvelopeSender(parsing: text, domainIfMissing: LocalAddressRules.hostDomain)
            return try EnvelopeSender(path: named.path, parameters: parameters)
        } catch {
            throw CommandFailure("sender: \(error.summary)", .badData)
        }
    }

    private func recipients(_ addresses: [MailAddress]) throws(CommandFailure) -> [EnvelopeRecipient] {
        do throws(EnvelopeError) {
            let notice = try options.notify.map { value throws(EnvelopeError) in
                try ESMTPParameter(keyword: "NOTIFY", value: value.uppercased())
            }
            return try addresses.map { address throws(EnvelopeError) in
                try EnvelopeRecipient(address: address, parameters: notice.map { [$0] } ?? [])
            }
        } catch {
            throw CommandFailure(error.summary, .usage)
        }
    }

    /// The addresses of an argument: one, or several with commas between them.
    private static func addresses(_ text: String) throws(CommandFailure) -> [MailAddress] {
        let mailboxes: [Mailbox]
        do throws(AddressError) {
            mailboxes = try AddressListParser.mailboxes(
                in: text,
                domainIfMissing: LocalAddressRules.hostDomain
            )
        } catch {
            throw CommandFailure(error.summary, .noUser)
        }
        // In a header a line may be folded, on a command line a line break is an attempt at something else (T5).
        guard !mailboxes.isEmpty, !text.unicodeScalars.contains(where: CharacterRules.isForbidden) else {
            throw CommandFailure("\"\(PrintableText(text, limitBytes: 120))\" is no address", .noUser)
        }
        return mailboxes.map(\.address)
    }

    private static func addresses(in header: HeaderBlock) throws(CommandFailure) -> [MailAddress] {
        do throws(EnvelopeError) {
            let sender = try EnvelopeSender(path: .null)
            return try PlainMessageEnvelope.derive(from: header, sender: sender).recipients.map(\.address)
        } catch {
            let summary =
                error.code == .noRecipient
                ? "no recipient: the message has no address in To, Cc or Bcc" : error.summary
            throw CommandFailure(summary, .badData)
        }
    }
}
