// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Several routes to one relay, tried side by side: the first connection that stands is taken.
///
/// The next route is tried when the one before has failed, or has not led anywhere for a moment. So an address that
/// swallows everything costs a quarter of a second, not a time-out. No I/O, no clock; routes are known by their number.
///
/// - SeeAlso: RFC 8305 §5 ("Happy Eyeballs")
struct RaceMachine {
    /// What happened.
    enum Event: Equatable {
        /// The race is on.
        case begun
        /// A route was given its moment.
        case momentElapsed
        /// A connection stands.
        case connected(Int)
        /// A route leads nowhere.
        case failed(Int)
        /// The time for all of it is over, or nobody wants a connection any more.
        case ended
    }

    /// What is to be done.
    enum Action: Equatable {
        /// Begin to connect.
        case dial(Int)
        /// Report when a moment has passed, in place of an earlier one.
        case startMoment(Duration)
        /// Close a connection that is not needed, or give up making it.
        case close(Int)
        /// This connection is taken. Nothing follows but what closes others.
        case win(Int)
        /// There is no connection. Nothing follows but what closes others.
        case lose
    }

    /// The recommended "Connection Attempt Delay" (RFC 8305 §8).
    private static let moment = Duration.milliseconds(250)

    private let routeCount: Int
    private var next = 0
    private var dialled: [Int] = []
    private var isOver = false

    init(routeCount: Int) {
        self.routeCount = routeCount
    }

    /// Takes in what happened; returns what is to be done, in order.
    mutating func handle(_ event: Event) -> [Action] {
        switch event {
        case .connected(let route):
            guard !isOver, dialled.contains(route) else { return [.close(route)] }
            dialled.removeAll { $0 == route }
            return finish() + [.win(route)]
        case .failed(let route):
            dialled.removeAll { $0 == route }
            guard !isOver else { return [] }
            return next == routeCount && dialled.isEmpty ? finish() + [.lose] : dialNext()
        case .begun:
            guard !isOver else { return [] }
            return routeCount == 0 ? finish() + [.lose] : dialNext()
        case .momentElapsed:
            return isOver ? [] : dialNext()
        case .ended:
            return isOver ? [] : finish() + [.lose]
        }
    }

    private mutating func dialNext() -> [Action] {
        guard next < routeCount else { return [] }
        let route = next
        next += 1
        dialled.append(route)
        return [.dial(route)] + (next < routeCount ? [.startMoment(Self.moment)] : [])
    }

    private mutating func finish() -> [Action] {
        isOver = true
        defer { dialled = [] }
        return dialled.map { .close($0) }
    }
}
