// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import MailMessage
internal import ProgramOutput
internal import Spool
internal import Submission

/// `smtpq send --wait`: waits for what becomes of a message.
struct OutcomeWait {
    private static let shortestPause: UInt32 = 20_000
    private static let longestPause: UInt32 = 500_000

    private let queue: QueueDirectory
    private let stem: MessageStem

    /// A wait for a message of a queue.
    init(for stem: MessageStem, in queue: QueueDirectory) {
        self.stem = stem
        self.queue = queue
    }

    /// Returns when the message is delivered.
    ///
    /// - Throws: ``CommandFailure`` when it is not, or not yet: it was given up, has to be tried again, nobody delivers it,
    ///   or the time is over.
    func run(limit: Duration) throws(CommandFailure) {
        let clock = ContinuousClock()
        let end = clock.now + limit
        var pause = Self.shortestPause
        while try !isDelivered() {
            guard !Interruption.isRequested else { throw waits("interrupted") }
            guard clock.now < end else {
                throw waits(fault.map { "the time is over, \($0)" } ?? "the time is over")
            }
            usleep(pause)
            pause = min(pause * 2, Self.longestPause)
        }
    }

    private func isDelivered() throws(CommandFailure) -> Bool {
        let state: SpoolState?
        do throws(SpoolError) {
            state = try self.state()
        } catch {
            throw CommandFailure(managing: error)
        }
        guard let state else { return true }
        if state == .queued, queue.lockHolder() == nil, !queue.isLocked() {
            throw CommandFailure("\(stem) waits: no daemon delivers the queue", .unavailable)
        }
        guard let message = try? queue.summary(of: stem, in: state) else { return false }
        if let failure = Self.failure(of: message) { throw failure }
        return state == .sent
    }

    /// What a message that is not delivered has come to; nil as long as that is open.
    ///
    /// Pure.
    static func failure(of message: MessageSummary) -> CommandFailure? {
        let open = message.recipients.filter { $0.state != .delivered }
        let reasons = open.compactMap { recipient in
            recipient.reason.map { "\(recipient.address): \($0)" }
        }
        let reason = PrintableText(
            reasons.isEmpty ? message.lastReason ?? "" : reasons.joined(separator: "; "),
            limitBytes: 2048
        )
        switch message.state {
        case .failed: return CommandFailure("\(message.stem) was given up: \(reason)", .badData)
        case .held: return CommandFailure("\(message.stem) is held", .tryAgain)
        case .queued where open.contains { $0.state == .deferred }:
            return CommandFailure("\(message.stem) will be tried again: \(reason)", .tryAgain)
        case .queued, .sending, .sent: return nil
        }
    }

    /// The state of the message; nil when it has gone, as one does that is delivered.
    ///
    /// Between two looks at the names it may have been given another one: so it is looked for again.
    private func state() throws(SpoolError) -> SpoolState? {
        for _ in 0..<3 {
            if let state = try queue.state(of: stem) { return state }
        }
        return nil
    }

    private func waits(_ reason: String) -> CommandFailure {
        CommandFailure("\(stem) waits: \(reason)", .tryAgain)
    }

    /// What the daemon says is wrong; nil when nothing is.
    private var fault: String? {
        guard let status = queue.readStatus() else { return nil }
        if let fault = status.hostFault { return PrintableText(fault, limitBytes: 400).string }
        guard let relay = status.relays.first(where: { $0.state != .ok }) else { return nil }
        return PrintableText("relay \(relay.name): \(relay.reason ?? relay.state.rawValue)", limitBytes: 400)
            .string
    }
}
