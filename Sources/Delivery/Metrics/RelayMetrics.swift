// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import CoreMetrics
internal import SMTPProtocol
internal import Spool

/// What is measured of one relay.
///
/// Two of the same name write to the same series.
struct RelayMetrics: Sendable {
    /// How an attempt ends.
    private enum Ending: String, CaseIterable {
        case delivered
        case deferred
        case failed
        /// Cut short by a fault of the relay.
        case fault

        init(_ result: AttemptResult) {
            self =
                if result.fault != nil { .fault } else if result.has(.failed) {
                    .failed
                } else if result.has(.deferred) {
                    .deferred
                } else {
                    .delivered
                }
        }
    }

    private let recipients: [RecipientOutcome.Verdict: Counter]
    private let unconfirmed: Counter
    private let sentBytes: Counter
    private let durations: [Ending: Recorder]
    private let delay: Recorder
    private let faults: [RelayFault.Kind: Counter]
    private let transactions: Meter
    private let connections: Meter
    private let connectionsOpened: Counter
    private let states: [DaemonStatus.RelayState: Meter]

    init(_ relay: String, _ factory: any MetricsFactory) {
        recipients = .init(of: RecipientOutcome.Verdict.allCases) {
            MetricKind.recipients.counter(factory, relay, $0.rawValue)
        }
        unconfirmed = MetricKind.recipients.counter(factory, relay, "unconfirmed")
        sentBytes = MetricKind.sentBytes.counter(factory, relay)
        durations = .init(of: Ending.allCases) {
            MetricKind.transactionDuration.histogram(factory, relay, $0.rawValue)
        }
        delay = MetricKind.deliveryDelay.histogram(factory, relay)
        faults = .init(of: RelayFault.Kind.allCases) {
            MetricKind.relayFaults.counter(factory, relay, $0.rawValue)
        }
        transactions = MetricKind.transactions.gauge(factory, relay)
        connections = MetricKind.connections.gauge(factory, relay)
        connectionsOpened = MetricKind.connectionsOpened.counter(factory, relay)
        states = .init(of: DaemonStatus.RelayState.allCases) {
            MetricKind.relayState.gauge(factory, relay, $0.rawValue)
        }
    }

    /// An attempt on a message ended, for better or worse.
    func attempted(_ result: AttemptResult) { durations[Ending(result)]?.record(result.duration) }

    /// The answers for a group of recipients stand.
    func answered(_ answers: [AttemptResult.Answer], in attempt: AttemptFacts) {
        for answer in answers {
            if answer.outcome.isUnconfirmed {
                unconfirmed.increment()
            } else {
                recipients[answer.outcome.verdict]?.increment()
            }
        }
        guard answers.contains(where: { $0.outcome.verdict == .delivered }) else { return }
        sentBytes.increment(by: attempt.wireByteCount)
        delay.record(.milliseconds(max(0, attempt.delayMilliseconds)))
    }

    /// A connection stands.
    func connected() { connectionsOpened.increment() }

    /// The relay is left alone for a time.
    func faulted(_ fault: RelayFault) { faults[fault.kind]?.increment() }

    /// The relay as it is now.
    func update(_ status: DaemonStatus.Relay, transactions count: Int) {
        transactions.set(count)
        connections.set(status.connectionCount)
        for (state, gauge) in states { gauge.set(state == status.state ? 1 : 0) }
    }

    /// The configuration has the relay no more: what goes up and down is not shown any longer.
    func retire() {
        for gauge in [transactions, connections] + states.values { gauge.destroy() }
    }
}
