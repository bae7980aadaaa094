// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage
internal import SMTPProtocol
package import Spool

/// One report to a sender: what it says, not yet written.
package struct DeliveryReport: Hashable, Sendable {
    /// What it tells.
    package let kind: ReportKind
    /// How reports are made.
    package let policy: ReportPolicy
    /// The message that it is about.
    package let subject: ReportSubject
    /// Whom it goes to: the sender of that message.
    package let recipient: MailAddress
    /// The recipients that it is about, with their answers.
    package let answers: [AttemptResult.Answer]
    /// The relay that gave the answers; nil when none did.
    package let relayHost: String?
    /// When it is made.
    package let created: Timestamp

    /// Its own name in the queue.
    ///
    /// The same report has the same name: made anew after a crash, it is found there and not made a second time.
    package var stem: MessageStem {
        let occasion = [
            "report", subject.stem.text, kind.rawValue, "\(subject.requeueCount)", "\(subject.attempt)",
        ]
        return .derived(from: occasion + answers.map(\.recipient.address.description))
    }

    /// The record that the journal of the message keeps of it.
    package func record(isWithheld: Bool) -> JournalRecord {
        .report(action: kind.rawValue, id: isWithheld ? nil : stem.text)
    }

    /// Whether the whole message is to be returned: wished by the sender, of a failure only (RFC 3461 §4.3), and not of
    /// one that demands TLS (RFC 8689 §5).
    var returnsContent: Bool {
        kind == .failed && subject.sender.parameters["RET"]?.value?.uppercased() == "FULL" && !requiresTLS
    }

    /// Whether the report needs TLS on its way, as the message did.
    var requiresTLS: Bool { subject.sender.parameters["REQUIRETLS"] != nil }

    /// The sender's mark, decoded.
    var envelopeID: String? {
        subject.sender.parameters["ENVID"]?.value.flatMap(XText.decode).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// Whether its addresses, or the sender's wish, need the forms of RFC 6533.
    var isInternationalised: Bool {
        subject.sender.parameters["SMTPUTF8"] != nil || !recipient.isASCII
            || answers.contains { answer in
                !answer.recipient.address.isASCII
                    || answer.recipient.parameters.contains {
                        !($0.value ?? "").utf8.allSatisfy { $0 < 0x80 }
                    }
            }
    }
}
