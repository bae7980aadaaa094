// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Everything that the delivery measures: each name as queries have it, with what it tells.
///
/// The labels' values are the names of the configured relays and the words of enumerations, never what mail or a relay says.
package enum MetricKind: String, CaseIterable, Sendable {
    case messagesClaimed = "smtpqd_messages_claimed_total"
    case messagesResolved = "smtpqd_messages_resolved_total"
    case messagesRecovered = "smtpqd_messages_recovered_total"
    case filesRefused = "smtpqd_files_refused_total"
    case recipients = "smtpqd_recipients_total"
    case sentBytes = "smtpqd_sent_bytes_total"
    case reports = "smtpqd_reports_total"
    case transactionDuration = "smtpqd_transaction_duration_seconds"
    case deliveryDelay = "smtpqd_delivery_delay_seconds"
    case syncDuration = "smtpqd_sync_duration_seconds"
    case transactions = "smtpqd_transactions"
    case connections = "smtpqd_connections"
    case connectionsOpened = "smtpqd_connections_opened_total"
    case relayState = "smtpqd_relay_state"
    case relayFaults = "smtpqd_relay_faults_total"
    case queueMessages = "smtpqd_queue_messages"
    case queueOldestAge = "smtpqd_queue_oldest_age_seconds"
    case paused = "smtpqd_paused"
    case hostFault = "smtpqd_host_fault"
    case hostFaults = "smtpqd_host_faults_total"
    case lastScan = "smtpqd_last_scan_timestamp_seconds"
    case started = "smtpqd_start_timestamp_seconds"
    case updated = "smtpqd_updated_timestamp_seconds"

    /// What tells the series of one metric apart.
    package enum Label: String, Sendable {
        /// A relay of the configuration; `none` where no relay was asked.
        case relay
        /// What became of it.
        case outcome
        /// A state of the queue, or of a relay.
        case state
        /// The kind of a fault, of a report, or of a refusal.
        case kind
    }

    /// What the values are.
    package enum Shape: Hashable, Sendable {
        /// A number that only grows.
        case counter
        /// A number that goes up and down.
        case gauge
        /// How many values lie at or below each of these bounds.
        case histogram(bounds: [Double])
    }

    /// What there is to know of a metric beside its name.
    package struct Definition: Sendable {
        /// What the values are.
        package let shape: Shape
        /// The labels, in order.
        package let labels: [Label]
        /// What it tells, in one sentence.
        package let help: String

        fileprivate init(_ shape: Shape, _ labels: Label..., help: String) {
            self.shape = shape
            self.labels = labels
            self.help = help
        }
    }

    /// What there is to know of it.
    package var definition: Definition {
        switch self {
        case .messagesClaimed:
            .init(.counter, help: "Messages taken from the queue for an attempt.")
        case .messagesResolved:
            .init(
                .counter,
                .outcome,
                help: "Messages whose attempt ended and is recorded on disk, by its outcome."
            )
        case .messagesRecovered:
            .init(.counter, help: "Messages that were being sent when the last process ended, queued again.")
        case .filesRefused:
            .init(
                .counter,
                .kind,
                help: "Files in the queue directory that are no messages, by what is wrong with them."
            )
        case .recipients:
            .init(.counter, .relay, .outcome, help: "Answers for single recipients, by relay and outcome.")
        case .sentBytes:
            .init(.counter, .relay, help: "Bytes of the messages that relays accepted.")
        case .reports:
            .init(
                .counter,
                .kind,
                .outcome,
                help: "Reports to senders, made, or withheld because of their number."
            )
        case .transactionDuration:
            .init(
                .histogram(bounds: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]),
                .relay,
                .outcome,
                help: "Time from handing a message to a connection to the end of the attempt."
            )
        case .deliveryDelay:
            .init(
                .histogram(bounds: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300, 900, 3600, 14_400, 86_400]),
                .relay,
                help: "Time from queueing a message to its acceptance by a relay."
            )
        case .syncDuration:
            .init(
                .histogram(bounds: [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5]),
                help: "Time that a sync of the queue directory or of a file in it took."
            )
        case .transactions:
            .init(.gauge, .relay, help: "Messages on a connection now.")
        case .connections:
            .init(.gauge, .relay, help: "Connections that stand now.")
        case .connectionsOpened:
            .init(.counter, .relay, help: "Connections that were opened.")
        case .relayState:
            .init(
                .gauge,
                .relay,
                .state,
                help: "1 for the state that a relay is in: ok, open (left alone after a fault), probing."
            )
        case .relayFaults:
            .init(
                .counter,
                .relay,
                .kind,
                help: "Faults of relays that stopped their use for a time, by kind."
            )
        case .queueMessages:
            .init(
                .gauge,
                .state,
                help:
                    "Messages in the queue directory, by state; sent, failed and held ones are counted each minute."
            )
        case .queueOldestAge:
            .init(
                .gauge,
                .state,
                help: "Age of the message that has waited longest, by state; looked up each minute."
            )
        case .paused:
            .init(.gauge, help: "1 while a file .paused stops the delivery.")
        case .hostFault:
            .init(
                .gauge,
                help:
                    "1 while a fault of the host stops the delivery: a full disk, no descriptors, no permission."
            )
        case .hostFaults:
            .init(.counter, help: "Times that a fault of the host began to stop the delivery.")
        case .lastScan:
            .init(.gauge, help: "When the queue directory was last listed from end to end.")
        case .started:
            .init(.gauge, help: "When the daemon started.")
        case .updated:
            .init(.gauge, help: "When the delivery loop was last alive.")
        }
    }

    /// The base unit that the name ends with, if it has one.
    package var unit: String? {
        let name = rawValue.hasSuffix("_total") ? rawValue.dropLast("_total".count) : rawValue[...]
        return ["seconds", "bytes"].first { name.hasSuffix("_" + $0) }
    }
}
