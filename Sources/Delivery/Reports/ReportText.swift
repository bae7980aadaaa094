// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import SMTPProtocol

/// The part of a report that people read.
///
/// Pure.
struct ReportText {
    private let report: DeliveryReport

    init(_ report: DeliveryReport) { self.report = report }

    /// The subject of the report.
    var subject: String {
        switch report.kind {
        case .failed: "Your message could not be delivered"
        case .delayed: "Your message is delayed"
        case .relayed: "Your message was passed on"
        }
    }

    /// The text, lines ended by LF.
    var text: String {
        ([greeting, ""] + report.answers.flatMap(lines) + [advice, "", reference]).joined(separator: "\n")
            + "\n"
    }

    private var greeting: String {
        let who = "This is the mail system of \(PrintableText(report.policy.host, limitBytes: 255)).\n\n"
        return who
            + {
                switch report.kind {
                case .failed: "Your message could not be delivered to:"
                case .delayed: "Your message has not been delivered yet to:"
                case .relayed: "Your message was passed on, to a server that makes no reports, for:"
                }
            }()
    }

    private func lines(_ answer: AttemptResult.Answer) -> [String] {
        let outcome = answer.outcome
        let code = [outcome.code.map(String.init), outcome.status?.description].compactMap { $0 }
        let words = (code + [PrintableText(outcome.reply, limitBytes: 900).string]).joined(separator: " ")
        let speaker =
            outcome.isReply
            ? report.relayHost.map { "The server \($0) said:" } ?? "The server said:" : "The reason:"
        return ["  <\(answer.recipient.address)>", "    \(speaker)", "    \(words)", ""]
    }

    private var advice: String {
        switch report.kind {
        case .failed:
            """
            It will not be tried again. Please check the address and the reason, and
            send the message once more when what is wrong has been put right. If you
            cannot tell what it is, pass this report on to your postmaster.
            """
        case .delayed:
            """
            You need not do anything. Delivery is tried again until
            \(MailDate.format(report.subject.expiry));
            if that fails, you get another report.
            """
        case .relayed:
            "Whether it arrives is not known here, and there will be no further report."
        }
    }

    private var reference: String {
        "Message \(report.subject.stem), queued \(MailDate.format(report.subject.queuedAt))"
    }
}
