// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage

/// What a report tells the sender; the raw value is its Action.
///
/// - SeeAlso: RFC 3464 §2.3.3
package enum ReportKind: String, Hashable, Sendable, CaseIterable {
    /// The message was given up.
    case failed
    /// The message is late, and is tried again.
    case delayed
    /// A relay that makes no reports has the message.
    case relayed

    /// What the sender wants to be told about a recipient.
    ///
    /// Without NOTIFY that is a failure alone (RFC 3461 §4.1).
    static func wanted(for recipient: EnvelopeRecipient) -> Set<ReportKind> {
        guard let notify = recipient.parameters["NOTIFY"]?.value else {
            return [.failed]
        }
        return Set(
            notify.uppercased().split(separator: ",").compactMap { word in
                switch word {
                case "FAILURE": .failed
                case "DELAY": .delayed
                case "SUCCESS": .relayed
                default: nil
                }
            }
        )
    }
}
