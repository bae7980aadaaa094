// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Logging
internal import MailMessage
internal import SMTPProtocol
internal import Spool

/// What is the same for all recipients of one message in one attempt.
struct AttemptFacts: Sendable {
    /// The message.
    let stem: MessageStem
    /// Its reverse path, as logged.
    let sender: ReversePath
    /// The relay's name; this host's when none was asked.
    let relay: String
    /// The peer's address and port; nil when none was reached.
    let peer: String?
    /// The TLS version; nil in clear text.
    let tls: String?
    /// The number of this attempt, from 1.
    let number: Int
    /// Time since the message was queued, in milliseconds.
    let delayMilliseconds: Int64
    /// Size of the message on the wire, in bytes, before dot-stuffing.
    let wireByteCount: Int64

    /// The structured fields of a log line about this attempt.
    var fields: Logger.Metadata {
        var fields: Logger.Metadata = [
            "SMTPQ_ID": "\(stem)",
            "SMTPQ_SENDER": "\(sender)",
            "SMTPQ_RELAY": "\(relay)",
            "SMTPQ_ATTEMPT": "\(number)",
            "SMTPQ_DELAY_MS": "\(delayMilliseconds)",
            "SMTPQ_SIZE": "\(wireByteCount)",
        ]
        fields["SMTPQ_PEER"] = peer.map { "\($0)" }
        fields["SMTPQ_TLS"] = tls.map { "\($0)" }
        return fields
    }

    /// The facts of `message` in the attempt that brought `result`, ended at `now`.
    init(_ message: PreparedMessage, _ result: AttemptResult, now: Timestamp) {
        stem = message.stem
        sender = message.claimed.envelope.sender.path
        relay = result.relay
        peer = result.peer
        tls = result.tls
        number = message.ruleFacts.attempts + 1
        delayMilliseconds = now.millisecondsSinceEpoch - message.claimed.queuedAt.millisecondsSinceEpoch
        wireByteCount = message.facts?.wireByteCount ?? message.claimed.content.byteCount
    }
}
