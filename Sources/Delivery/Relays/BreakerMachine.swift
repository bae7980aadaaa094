// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import SMTPProtocol

/// The health of one relay: whether it may be used now, and when it is tried again.
///
/// Pure.
///
/// ```
/// closed ── fault ──► open ── its time ──► probing ── transaction answered ──► closed
///                      ▲                      │
///                      └────── fault ─────────┘   (waits twice as long, up to five minutes)
/// ```
///
/// The waiting time after the n-th fault in a row is drawn evenly between the floor and the ceiling (full jitter):
///
/// | n | floor | ceiling |
/// |---|---|---|
/// | 1 | 0.25 s | 1 s |
/// | 2 | 0.25 s | 2 s |
/// | 3 | 0.25 s | 4 s |
/// | 9 and later | 0.25 s | 300 s |
package struct BreakerMachine {
    /// What may be done with the relay now.
    package enum Allowance: Hashable, Sendable {
        /// As many connections as the window allows.
        case full
        /// One connection with one message, whose fate decides.
        case probe
        /// Nothing before this time.
        case none(until: ContinuousClock.Instant)
    }

    private enum State {
        case closed
        case open(until: ContinuousClock.Instant)
        case probing
    }

    private var state = State.closed
    private var faultsInARow = 0

    /// The fault that opened the breaker; nil while it is closed.
    package private(set) var fault: RelayFault?

    /// A closed breaker.
    package init() {}

    /// Whether the relay is in normal use.
    package var isClosed: Bool {
        if case .closed = state { true } else { false }
    }

    /// When an open breaker lets a probe through; nil while it is closed or a probe is under way.
    package var probeTime: ContinuousClock.Instant? {
        if case .open(let until) = state { until } else { nil }
    }

    /// What may be done now.
    ///
    /// An open breaker whose time has come answers `probe` until the probe's fate is reported.
    package mutating func allowance(now: ContinuousClock.Instant) -> Allowance {
        switch state {
        case .closed:
            return .full
        case .probing:
            return .probe
        case .open(let until):
            guard now >= until else { return .none(until: until) }
            state = .probing
            return .probe
        }
    }

    /// The relay answered a transaction, whatever the answer.
    ///
    /// Returns true when this ends an outage.
    package mutating func transactionAnswered() -> Bool {
        defer {
            state = .closed
            faultsInARow = 0
            fault = nil
        }
        return !isClosed
    }

    /// The relay is at fault.
    ///
    /// Returns how long it is left alone.
    package mutating func faulted(
        _ fault: RelayFault,
        now: ContinuousClock.Instant,
        using generator: inout some RandomNumberGenerator
    ) -> Duration {
        if case .open(let until) = state { return until - now }
        faultsInARow += 1
        self.fault = fault
        let ceiling = min(300.0, Double(1 << min(faultsInARow - 1, 20)))
        let wait = Duration.seconds(Double.random(in: 0.25...ceiling, using: &generator))
        state = .open(until: now + wait)
        return wait
    }
}
