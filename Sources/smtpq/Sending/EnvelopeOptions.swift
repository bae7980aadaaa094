// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import MailMessage
internal import ProgramOutput
internal import Submission

/// The options of `smtpq send` that make the envelope.
///
/// Each value is taken as it stands, even when it begins with a hyphen: a person's address may (T17).
struct EnvelopeOptions: ParsableArguments {
    /// The options that take a value.
    static let valueOptions: Set<String> = [
        "-f", "--from", "--after", "--expires", "--priority", "--relay", "--notify", "--ret", "--envid",
        "--key",
    ]

    @Option(
        name: [.customShort("f"), .customLong("from")],
        parsing: .unconditional,
        help: ArgumentHelp(
            "Where reports go; <> for nowhere. Default: From of the message, else you at this host.",
            valueName: "sender"
        )
    )
    var from: String?

    @Flag(
        name: [.customShort("t"), .customLong("read-recipients")],
        help: "Take the recipients from To, Cc and Bcc."
    )
    var readsRecipients = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Send no earlier: 2h, 2026-11-24T09:00:00Z.", valueName: "time")
    )
    var after: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Give up at this time: 3d, or a date.", valueName: "time")
    )
    var expires: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Urgency, -9 (least) to 9 (most).", valueName: "number")
    )
    var priority: Int?

    @Option(parsing: .unconditional, help: ArgumentHelp("The one relay to use.", valueName: "name"))
    var relay: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "When the relay is to report: never, or some of success,failure,delay.",
            valueName: "events"
        )
    )
    var notify: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("What a report returns: full or hdrs.", valueName: "part")
    )
    var ret: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("A mark of your own that reports repeat.", valueName: "text")
    )
    var envid: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "A text of your own that stands for this message: the second send with it, within a week, does nothing.",
            valueName: "text"
        )
    )
    var key: String?

    /// What is asked for.
    ///
    /// - Parameters:
    ///   - recipients: those that the command line names.
    ///   - sender: the sender of `-f`.
    ///   - now: the present.
    /// - Returns: the request, with recipients or `-t`, never both.
    /// - Throws: ``CommandFailure`` for what cannot be an envelope.
    func request(
        recipients: [EnvelopeRecipient],
        sender: EnvelopeSender?,
        now: Timestamp
    ) throws(CommandFailure) -> EnvelopeRequest {
        guard readsRecipients || !recipients.isEmpty else {
            throw CommandFailure(
                "no recipient: name one, such as alice@example.net, or take them from the message with -t",
                .usage
            )
        }
        if readsRecipients, let first = recipients.first {
            throw CommandFailure(
                "-t takes the recipients from the message: leave out \(first.address)",
                .usage
            )
        }
        if readsRecipients, notify != nil {
            throw CommandFailure("--notify needs recipients on the command line, not -t", .usage)
        }
        if let priority, !(-9...9).contains(priority) {
            throw CommandFailure("--priority: \(priority) is not between -9 and 9", .usage)
        }
        var request = EnvelopeRequest(sender: sender, priority: priority, relay: relay)
        request.after = try time(after, "--after", now)
        request.expires = try time(expires, "--expires", now)
        if let expires = request.expires, expires <= max(now, request.after ?? now) {
            throw CommandFailure("--expires: the message would be given up before it may be sent", .usage)
        }
        do throws(EnvelopeError) {
            let notice = try notify.map { value throws(EnvelopeError) in
                try ESMTPParameter(keyword: "NOTIFY", value: value.uppercased())
            }
            request.recipients = try recipients.map { recipient throws(EnvelopeError) in
                try EnvelopeRecipient(
                    address: recipient.address,
                    parameters: recipient.parameters + (notice.map { [$0] } ?? [])
                )
            }
            if let ret {
                request.senderParameters.append(try ESMTPParameter(keyword: "RET", value: ret.uppercased()))
            }
            if let envid {
                request.senderParameters.append(
                    try ESMTPParameter(keyword: "ENVID", value: XText.encode(envid))
                )
            }
        } catch {
            throw CommandFailure(error.summary, .badData)
        }
        return request
    }

    private func time(
        _ text: String?,
        _ option: String,
        _ now: Timestamp
    ) throws(CommandFailure) -> Timestamp? {
        guard let text else { return nil }
        return try TimeArgument.time(text, option: option, now: now)
    }
}
