// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import Spool

/// What must be true of one message: the model, as simple as it can be.
struct ModelMessage {
    let stem: MessageStem
    let recipients: [String]
    /// The date before which its sender does not want it sent.
    let postdatedUntil: Timestamp?
    /// Where it may be now; nil: nowhere.
    var mayBe: Set<SpoolState?> = [.queued]
    /// How often the relay has taken it, by recipient.
    var taken: [String: Int]
    /// How often the relay may have taken it: once, and once more for each time that an answer could not be recorded (G3), and
    /// each time that a person wanted it.
    var mayTake: [String: Int]
    /// The time before which it must not be tried, as long as nobody touches it and the clock goes right.
    var notBefore: Timestamp?
    /// Whether a person has deleted it.
    var isDeleted = false

    init(_ stem: MessageStem, recipients: [String], postdatedUntil: Timestamp?) {
        self.stem = stem
        self.recipients = recipients
        self.postdatedUntil = postdatedUntil
        taken = Dictionary(uniqueKeysWithValues: recipients.map { ($0, 0) })
        mayTake = taken.mapValues { _ in 1 }
    }

    /// The one state that it has.
    var state: SpoolState? { mayBe.first ?? nil }

    /// The relay takes the message for a recipient.
    mutating func take(_ recipient: String) throws(Divergence) {
        taken[recipient, default: 0] += 1
        guard taken[recipient, default: 0] <= mayTake[recipient, default: 0] else {
            throw Divergence("\(stem): \(recipient) gets it a second time")
        }
    }

    /// A second copy is possible for a recipient from now on.
    mutating func mayRepeat(_ recipient: String) {
        mayTake[recipient] = max(mayTake[recipient, default: 0], taken[recipient, default: 0] + 1)
    }

    /// Whether everybody has it.
    var isTakenByAll: Bool { taken.values.allSatisfy { $0 > 0 } }
}

/// The directory or the daemon is not as the model says.
struct Divergence: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
