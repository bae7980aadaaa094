// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import SMTPClient
internal import SMTPProtocol
internal import Spool

/// A claimed message, ready to be sent.
struct PreparedMessage: Sendable {
    /// The message and its file.
    let claimed: ClaimedMessage
    /// What is known of its content; nil when it is too long to be scanned at claim.
    let facts: ContentFacts?

    var stem: MessageStem { claimed.stem }

    /// What the rules need to know of it.
    var ruleFacts: MessageFacts {
        MessageFacts(
            attempts: claimed.history.attempts,
            queuedAt: claimed.queuedAt,
            expires: claimed.options.expires,
            openRecipientCount: claimed.openRecipients.count,
            hasFailedRecipient: claimed.history.hasFailedRecipient
        )
    }
}

/// The spool's content as the client's source of bytes.
struct SpoolContentSource: ContentSource {
    let content: MessageContent

    var byteCount: Int64 { content.byteCount }

    func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try content.read(at: offset, into: buffer)
    }

    func verifyUnchanged() throws { try content.verifyUnchanged() }
}
