// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import CoreMetrics
internal import MailMessage
internal import SMTPProtocol
internal import Spool

/// Records what the delivery does: one place for its counters, gauges and histograms.
///
/// Recording is some atomic additions, tens of nanoseconds each. Thread-safe.
package struct DeliveryMetrics: Sendable {
    /// Why a file of the queue directory is refused.
    enum Refusal: String, CaseIterable {
        /// It is not a message, and became `.failed`.
        case malformed
        /// It is no regular file of its own, and is left alone.
        case hostile
    }

    /// How the attempt on a message ended.
    private enum Ending: String, CaseIterable {
        case delivered
        case deferred
        case failed
        /// Back in the queue, with no attempt counted.
        case returned
    }

    /// The states in which mail waits, so that its age is of interest.
    static let waitingStates: Set<SpoolState> = [.queued, .held]

    private let factory: any MetricsFactory
    /// Whether anybody will see what is recorded.
    let isShown: Bool
    /// What no relay was asked for.
    let noRelay: RelayMetrics

    private let claims: Counter
    private let endings: [Ending: Counter]
    private let recoveries: Counter
    private let refusals: [Refusal: Counter]
    private let reportsMade: [ReportKind: Counter]
    private let reportsWithheld: [ReportKind: Counter]
    private let syncDuration: Recorder
    private let messages: [SpoolState: Meter]
    private let oldestAges: [SpoolState: Meter]
    private let pause: Meter
    private let hostFault: Meter
    private let hostFaults: Counter
    private let lastScan: Meter
    private let started: Meter
    private let updated: Meter

    /// Metrics that nobody sees.
    package static let none = DeliveryMetrics(NOOPMetricsHandler.instance, isShown: false)

    /// Metrics of this back-end.
    package init(factory: any MetricsFactory) { self.init(factory, isShown: true) }

    private init(_ factory: any MetricsFactory, isShown: Bool) {
        self.factory = factory
        self.isShown = isShown
        noRelay = RelayMetrics("none", factory)
        // It has neither a state nor connections.
        noRelay.retire()
        claims = MetricKind.messagesClaimed.counter(factory)
        endings = .init(of: Ending.allCases) { MetricKind.messagesResolved.counter(factory, $0.rawValue) }
        recoveries = MetricKind.messagesRecovered.counter(factory)
        refusals = .init(of: Refusal.allCases) { MetricKind.filesRefused.counter(factory, $0.rawValue) }
        reportsMade = .init(of: ReportKind.allCases) {
            MetricKind.reports.counter(factory, $0.rawValue, "made")
        }
        reportsWithheld = .init(of: ReportKind.allCases) {
            MetricKind.reports.counter(factory, $0.rawValue, "withheld")
        }
        syncDuration = MetricKind.syncDuration.histogram(factory)
        messages = .init(of: SpoolState.allCases) { MetricKind.queueMessages.gauge(factory, $0.rawValue) }
        oldestAges = .init(of: Array(Self.waitingStates)) {
            MetricKind.queueOldestAge.gauge(factory, $0.rawValue)
        }
        pause = MetricKind.paused.gauge(factory)
        hostFault = MetricKind.hostFault.gauge(factory)
        hostFaults = MetricKind.hostFaults.counter(factory)
        lastScan = MetricKind.lastScan.gauge(factory)
        started = MetricKind.started.gauge(factory)
        updated = MetricKind.updated.gauge(factory)
    }

    /// The metrics of a relay of this name.
    func relay(_ name: String) -> RelayMetrics { RelayMetrics(name, factory) }

    /// A sync of the queue directory, or of a file in it, took this long.
    package func synced(_ duration: Duration) { syncDuration.record(duration) }

    /// A message was taken from the queue.
    func claimed() { claims.increment() }

    /// What became of a message is on disk.
    func resolved(_ resolution: Resolution) {
        let ending: Ending =
            switch resolution {
            case .delivered: .delivered
            case .retry: .deferred
            case .failed: .failed
            case .untouched: .returned
            }
        endings[ending]?.increment()
    }

    /// So many messages were being sent when the last process ended.
    func recovered(_ count: Int) { recoveries.increment(by: count) }

    /// A file is no message.
    func refused(_ refusal: Refusal) { refusals[refusal]?.increment() }

    /// A report to a sender was made, or withheld.
    func reported(_ kind: ReportKind, isWithheld: Bool) {
        (isWithheld ? reportsWithheld : reportsMade)[kind]?.increment()
    }

    /// A fault of the host begins to stop the delivery.
    func hostFaulted() { hostFaults.increment() }

    /// The directory was listed from end to end.
    func scanned(now: Timestamp) { lastScan.set(now.seconds) }

    /// What a census of the directory found in the states that the delivery does not know by itself.
    func counted(_ census: QueueCensus) {
        for state in [SpoolState.sent, .failed, .held] { messages[state]?.set(census.counts[state] ?? 0) }
    }

    /// The delivery as it is now, with the oldest messages of the last census.
    func update(
        _ status: DaemonStatus,
        sending inWorkCount: Int,
        oldest: [SpoolState: QueueCensus.Waiting]
    ) {
        messages[.queued]?.set(status.queuedCount)
        messages[.sending]?.set(inWorkCount)
        for (state, gauge) in oldestAges {
            // The one of the last census may have gone since.
            let waiting = state == .queued && status.queuedCount == 0 ? nil : oldest[state]
            gauge.set(waiting.map { max(0, status.updated.seconds - $0.queuedAt.seconds) } ?? 0)
        }
        pause.set(status.isPaused ? 1 : 0)
        hostFault.set(status.hostFault == nil ? 0 : 1)
        started.set(status.started.seconds)
        updated.set(status.updated.seconds)
    }
}

extension Timestamp {
    fileprivate var seconds: Double { Double(millisecondsSinceEpoch) / 1000 }
}

extension Dictionary {
    /// One value for each key.
    init(of keys: some Sequence<Key>, _ value: (Key) -> Value) {
        self.init(uniqueKeysWithValues: keys.map { ($0, value($0)) })
    }
}
