// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import ProgramOutput
internal import Spool
internal import Submission

/// A message that is being composed: the draft, with the files that it takes its parts from open.
struct MessageComposition {
    /// The longest text that is composed into a message, in bytes.
    private static let textLimit = 64 << 20
    /// Files up to this size are read before they are written, for what is in them says more than their name: the
    /// character set of a text, whether an attached message can stand as it is.
    ///
    /// In bytes.
    private static let readAheadLimit = 4 << 20

    private var composer: MessageComposer
    /// The files that are read while they are written, by number.
    private var supplies: [MessageInput] = []

    /// Opens the files, and reads the texts.
    ///
    /// - Parameters:
    ///   - draft: what is to be composed.
    ///   - author: whom the From field names.
    ///   - stem: the id of the message, which makes its Message-ID.
    ///   - date: the date of the message.
    /// - Throws: ``CommandFailure`` for a file that cannot be read, and for a text that is none.
    init(
        _ draft: MessageDraft,
        from author: Mailbox,
        stem: MessageStem,
        date: Timestamp
    ) throws(CommandFailure) {
        var header = MessageHeader(from: [author], to: draft.to.map(AddressListEntry.mailbox))
        header.cc = draft.cc.map(AddressListEntry.mailbox)
        header.subject = draft.subject
        header.date = MailDate.format(date)
        header.messageID = MessageID.make(stem: stem.text, host: author.address.domain)
        var html = try draft.html.map { html throws(CommandFailure) in try Self.text(of: html) }
        composer = MessageComposer(header: header)
        for (number, image) in draft.images.enumerated() {
            let id = try Self.contentID(number, of: stem)
            html = try html.map { text throws(CommandFailure) in try Self.refer(to: image, as: id, in: text) }
            composer.images.append(try part(image, contentID: id))
        }
        for file in draft.attachments { composer.attachments.append(try part(file)) }
        composer.html = html
        composer.text =
            draft.readsText ? try Self.text(of: draft.textFile, content: "the text") : draft.text
    }

    /// Writes the message piece by piece.
    func write(to sink: (ArraySlice<UInt8>) throws(CommandFailure) -> Void) throws(CommandFailure) {
        var generator = SystemRandomNumberGenerator()
        try composer.write(
            using: &generator,
            supply: { number throws(CommandFailure) in try supplies[number].next() },
            to: sink
        )
    }

    private mutating func part(
        _ file: FileArgument,
        contentID: ContentID? = nil
    ) throws(CommandFailure) -> MIMEPart {
        let input = try MessageInput(file: file.path, of: "the file")
        var bytes: [UInt8] = []
        if try input.fill(&bytes, to: Self.readAheadLimit) {
            return .file(bytes, fileName: file.name, contentType: file.contentType, contentID: contentID)
        }
        input.putBack(bytes)
        supplies.append(input)
        return .file(
            suppliedAs: supplies.count - 1,
            fileName: file.name,
            contentType: file.contentType,
            contentID: contentID
        )
    }

    // MARK: Texts

    private static func text(of html: HTMLArgument) throws(CommandFailure) -> String {
        switch html {
        case .text(let text): text
        case .file(let file): try text(of: file, content: "the HTML")
        }
    }

    private static func text(of file: String?, content: String) throws(CommandFailure) -> String {
        var bytes: [UInt8] = []
        guard try MessageInput(file: file, of: content).fill(&bytes, to: textLimit) else {
            throw CommandFailure("\(content) is longer than \(textLimit >> 20) MiB: attach it", .badData)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure("\(content) is not UTF-8", .badData)
        }
        return text
    }

    // MARK: Images

    /// The name of an image in the whole world (RFC 2045 §7); the one in the HTML is only a file's.
    private static func contentID(_ number: Int, of stem: MessageStem) throws(CommandFailure) -> ContentID {
        do throws(HeaderFieldError) {
            return try ContentID("image\(number + 1)@\(stem.text)")
        } catch {
            throw CommandFailure(error.summary, .badData)
        }
    }

    /// Puts the name of an image in the place of `cid:FILENAME`.
    private static func refer(
        to image: FileArgument,
        as id: ContentID,
        in html: String
    ) throws(CommandFailure) -> String {
        var changed = html
        for quote in ["\"", "'"] {
            changed.replace("\(quote)cid:\(image.name)\(quote)", with: "\(quote)\(id.url)\(quote)")
        }
        guard changed != html else {
            let name = PrintableText(image.name, limitBytes: 120)
            throw CommandFailure(
                "the HTML does not show \(name): write <img src=\"cid:\(name)\"> in it",
                .badData
            )
        }
        return changed
    }
}
