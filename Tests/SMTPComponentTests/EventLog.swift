// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import SMTPComponent
import Synchronization

/// Collects the events of a component through its closures.
final class EventLog: Sendable {
    private let collected = Mutex<[SMTPEvent]>([])

    init(_ smtp: SMTP) {
        smtp.onConnectionStatus = { [weak self] in
            self?.add(.connectionStatus(event: $0, statusCode: $1, description: $2))
        }
        smtp.onEndTransfer = { [weak self] in self?.add(.endTransfer(direction: $0)) }
        smtp.onError = { [weak self] in self?.add(.error(code: $0, description: $1)) }
        smtp.onExpand = { [weak self] in self?.add(.expand(address: $0)) }
        smtp.onPITrail = { [weak self] in self?.add(.piTrail(direction: $0, message: $1)) }
        smtp.onStartTransfer = { [weak self] in self?.add(.startTransfer(direction: $0)) }
        smtp.onTransfer = { [weak self] in
            self?.add(.transfer(direction: $0, bytesTransferred: $1, percentDone: $2))
        }
    }

    private func add(_ event: SMTPEvent) {
        collected.withLock { $0.append(event) }
    }

    /// All events in their order.
    var all: [SMTPEvent] { collected.withLock { $0 } }

    /// The lines of the protocol: `C: …` and `S: …`.
    var trail: [String] {
        all.compactMap { event in
            guard case .piTrail(let direction, let line) = event else { return nil }
            return switch direction {
            case .client: "C: \(line)"
            case .server: "S: \(line)"
            case .info: "I: \(line)"
            }
        }
    }

    /// The codes of the events Error.
    var errors: [Int] {
        all.compactMap { if case .error(let code, _) = $0 { code } else { nil } }
    }

    /// The words of the events ConnectionStatus.
    var statuses: [String] {
        all.compactMap { if case .connectionStatus(let event, _, _) = $0 { event } else { nil } }
    }
}
