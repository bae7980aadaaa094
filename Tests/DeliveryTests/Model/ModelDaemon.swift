// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import MailTestKit
import SMTPProtocol
import Spool

@testable import Delivery

/// What a running daemon has in memory: the parts of the service, driven by hand.
struct ModelDaemon {
    /// A message with the answers of its attempt, not yet recorded.
    struct Answered {
        let message: ClaimedMessage
        let resolution: Resolution
        let decided: Timestamp
        let due: ContinuousClock.Instant?
        /// The time of ``due`` by the calendar, as long as its clock goes right.
        var notBefore: Timestamp?
        /// Whether some recipients had no answer.
        var isStillDue = false
    }

    var agenda: Agenda
    /// Claimed and not yet sent.
    var claimed: [ClaimedMessage] = []
    var answered: [Answered] = []
    /// What it has not heard of yet.
    var unheard: [QueueChange] = []
    /// The listing that comes back later.
    var listing: [MessageStem]?

    mutating func hear() {
        for change in unheard {
            switch change {
            case .appeared(let stem): agenda.appeared(stem)
            case .touched(let stem): agenda.touched(stem)
            case .vanished(let stem): agenda.vanished(stem)
            case .pausedChanged, .rescan, .directoryLost: break
            }
        }
        unheard = []
    }

    mutating func clockWasSet() {
        agenda.calendarStepped()
        for index in answered.indices { answered[index].notBefore = nil }
    }

    mutating func endScan() {
        guard let listing else { return }
        agenda.reconcile(with: listing)
        self.listing = nil
    }

    /// The answers that the relay gives; `taken` are the recipients for whom it has the message now.
    static func send(
        _ message: ClaimedMessage,
        _ answer: ModelStep.Answer,
        using generator: inout SeededGenerator
    ) -> (result: AttemptResult, taken: [EnvelopeRecipient], isUnconfirmed: Bool) {
        let open = message.dueRecipients
        var result = AttemptResult(relay: "primary", peer: nil, tls: nil)
        let verdicts: [RecipientOutcome.Verdict] = open.map { _ in
            switch answer {
            case .delivered: .delivered
            case .deferred, .unconfirmed: .deferred
            case .mixed, .cutShort, .lost:
                RecipientOutcome.Verdict.allCases[Int.random(in: 0..<3, using: &generator)]
            }
        }
        let count =
            switch answer {
            case .lost: 0
            case .cutShort: Int.random(in: 0..<open.count, using: &generator)
            case .delivered, .mixed, .deferred, .unconfirmed: open.count
            }
        let outcomes = verdicts.prefix(count).map {
            RecipientOutcome(
                verdict: $0,
                code: nil,
                status: nil,
                reply: "said so",
                isUnconfirmed: answer == .unconfirmed
            )
        }
        result.add(outcomes, for: Array(open.prefix(count)))
        let taken = zip(open, verdicts).prefix(count).filter { $1 == .delivered || answer == .unconfirmed }
        return (result, taken.map(\.0), answer == .unconfirmed)
    }
}
