// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore
internal import SMTPProtocol

/// Drives one ``RaceMachine``: makes connections over routes until one stands.
///
/// Belongs to its event loop. Everything happens in the turn in which it is reported, so a connection that comes second is
/// closed before its session has read a byte.
final class ConnectionRace {
    /// The connection that was made.
    struct Connection: Sendable {
        let channel: any Channel
        let session: NIOLoopBound<SessionHandler>
        let route: Route
    }

    typealias Outcome = Result<Connection, RelayFault>

    private let routes: [Route]
    private let plan: ConnectionPlan
    private let deadline: NIODeadline
    private var machine: RaceMachine
    private var failures: ConnectFailures
    private var attempts: [Int: ConnectionAttempt] = [:]
    private var channels: [Int: any Channel] = [:]
    private var waiter: CheckedContinuation<Outcome, Never>?
    private var isGivenUp = false
    private var moment: Scheduled<Void>?
    private var reminder: Scheduled<Void>?

    init(_ routes: [Route], _ plan: ConnectionPlan, until deadline: NIODeadline) {
        self.routes = routes
        self.plan = plan
        self.deadline = deadline
        machine = RaceMachine(routeCount: routes.count)
        failures = ConnectFailures(settings: plan.settings, routes: routes)
    }

    /// Begins; the waiter gets the connection, or the reason why there is none.
    func begin(_ waiter: CheckedContinuation<Outcome, Never>) {
        self.waiter = waiter
        guard !isGivenUp else { return settle(.failure(.givenUp(in: .connect))) }
        reminder = schedule(deadline, .ended)
        handle(.begun)
    }

    /// Nobody wants a connection any more.
    func giveUp() {
        isGivenUp = true
        handle(.ended)
    }

    private func handle(_ event: RaceMachine.Event) {
        for action in machine.handle(event) {
            switch action {
            case .dial(let number): dial(number)
            case .startMoment(let duration):
                moment?.cancel()
                moment = schedule(.now() + TimeAmount(duration), .momentElapsed)
            case .close(let number):
                attempts.removeValue(forKey: number)?.giveUp()
                channels.removeValue(forKey: number)?.close(promise: nil)
            case .win(let number): win(number)
            case .lose: settle(.failure(isGivenUp ? .givenUp(in: .connect) : failures.fault))
            }
        }
    }

    private func dial(_ number: Int) {
        let attempt = ConnectionAttempt(routes[number], plan)
        attempts[number] = attempt
        failures.began(number)
        attempt.begin().assumeIsolated().whenComplete { result in
            switch result {
            case .success(let channel):
                self.channels[number] = channel
                self.handle(.connected(number))
            case .failure(let error):
                // What was given up by the race itself has not failed.
                guard let attempt = self.attempts.removeValue(forKey: number) else { return }
                attempt.giveUp()
                self.failures.add(number, error)
                self.handle(.failed(number))
            }
        }
    }

    private func win(_ number: Int) {
        guard let channel = channels[number], let session = attempts[number]?.session else { return }
        let bound = NIOLoopBound(session, eventLoop: plan.loop)
        settle(.success(Connection(channel: channel, session: bound, route: routes[number])))
    }

    private func settle(_ outcome: Outcome) {
        moment?.cancel()
        reminder?.cancel()
        attempts = [:]
        channels = [:]
        waiter?.resume(returning: outcome)
        waiter = nil
    }

    private func schedule(_ due: NIODeadline, _ event: RaceMachine.Event) -> Scheduled<Void> {
        plan.loop.assumeIsolated().scheduleTask(deadline: due) { self.handle(event) }
    }
}
