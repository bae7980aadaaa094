// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore

/// One timer that is set anew with nearly every reply.
///
/// Only the deadline moves; the event loop is asked only when the wake-up it already owes would come too late. So a
/// transaction costs no scheduling at all as a rule. Belongs to its event loop.
final class PhaseTimer {
    private let loop: any EventLoop
    private let fired: () -> Void
    private var deadline: NIODeadline?
    /// The end of the operation that the phases are part of, where it is limited as a whole.
    private var operationDeadline: NIODeadline?
    private var wakeUp: (due: NIODeadline, task: Scheduled<Void>)?

    /// A timer that is not running.
    ///
    /// - Parameters:
    ///   - loop: where it runs.
    ///   - fired: called on the loop when the time is up.
    init(loop: any EventLoop, fired: @escaping () -> Void) {
        self.loop = loop
        self.fired = fired
    }

    /// An operation begins that may take so long as a whole; nil limits only its phases.
    func beginOperation(_ limit: Duration?) {
        operationDeadline = limit.map { loop.now + TimeAmount($0) }
    }

    /// The operation has ended.
    func endOperation() {
        operationDeadline = nil
    }

    /// Starts the timer, in place of the running one.
    func start(_ duration: Duration) {
        let due = min(loop.now + TimeAmount(duration), operationDeadline ?? .distantFuture)
        deadline = due
        if let wakeUp, wakeUp.due <= due { return }
        schedule(due)
    }

    /// Stops the timer, which can be started again.
    func stop() {
        deadline = nil
    }

    /// Stops the timer and leaves nothing behind on the event loop.
    func shutDown() {
        stop()
        wakeUp?.task.cancel()
        wakeUp = nil
    }

    private func schedule(_ due: NIODeadline) {
        wakeUp?.task.cancel()
        let task = loop.assumeIsolated().scheduleTask(deadline: due) { [weak self] in
            if let self { check() }
        }
        wakeUp = (due, task)
    }

    private func check() {
        wakeUp = nil
        guard let deadline else { return }
        guard deadline <= loop.now else { return schedule(deadline) }
        self.deadline = nil
        fired()
    }
}
