// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import Spool

/// What `smtpq status` tells about a queue and its daemon.
///
/// Pure.
struct QueueStatus {
    /// The queue directory.
    let path: String
    /// Whether a process delivers it now, and which, as far as the system tells.
    let isLocked: Bool
    let holder: Int32?
    /// What the daemon last wrote about itself.
    let written: DaemonStatus?
    /// Messages by state; nil when the directory may not be listed.
    let counts: [SpoolState: Int]?
    /// The message that waits longest.
    let oldest: QueueCensus.Waiting?
    /// Whether `.paused` stops the delivery.
    let isPaused: Bool

    /// What the running daemon tells; nil when none is running, or what is written is of one that is no more.
    var daemon: DaemonStatus? {
        guard isLocked, let written, holder == nil || holder == written.processID else { return nil }
        return written
    }

    private var processID: Int32? { isLocked ? holder ?? written?.processID : nil }

    // MARK: For people

    /// The status in a few lines.
    func lines(now: Timestamp, palette: Palette) -> [String] {
        var lines = ["daemon  " + daemonText(now: now, palette: palette)]
        for relay in daemon?.relays ?? [] {
            let state = palette.text(relay.state.rawValue, isGood: relay.state == .ok)
            let reason = relay.reason.map { " (\(PrintableText($0)))" } ?? ""
            let count = relay.connectionCount
            let connections = count == 0 ? "" : ", \(count) connection\(count == 1 ? "" : "s")"
            lines.append(
                "relay   \(PrintableText(relay.name, limitBytes: 80)) \(state)\(connections)\(reason)"
            )
        }
        if let fault = daemon?.hostFault { lines.append("fault   \(PrintableText(fault))") }
        lines.append("queue   \(PrintableText(path, limitBytes: 300)): \(countsText)")
        if let oldest {
            lines.append("oldest  \(oldest.stem), for \(AgeText.text(from: oldest.queuedAt, to: now))")
        }
        if isPaused { lines.append("paused  the file .paused stops the delivery, smtpq resume removes it") }
        return lines
    }

    private func daemonText(now: Timestamp, palette: Palette) -> String {
        guard isLocked else {
            return palette.text("not running", isGood: false) + ": mail waits until smtpqd is started"
        }
        let process = processID.map { ", pid \($0)" } ?? ""
        let time =
            daemon.map { ", for \(AgeText.text(from: $0.started, to: now)), \($0.activeCount) active" } ?? ""
        return palette.text("running", isGood: true) + process + time
    }

    private var countsText: String {
        guard let counts else { return "only root and its owner may list it" }
        return SpoolState.allCases.map { "\(counts[$0] ?? 0) \($0.rawValue)" }.joined(separator: ", ")
    }

    // MARK: For programs

    /// The status as one JSON object.
    ///
    /// The keys are stable; what is not known is `null`.
    func json(now: Timestamp) -> JSONValue {
        let uptime = daemon.map { (now.millisecondsSinceEpoch - $0.started.millisecondsSinceEpoch) / 1000 }
        return .object([
            .init("running", .bool(isLocked)),
            .init("pid", processID.map { .integer(Int64($0)) } ?? .null),
            .init("started", daemon.map { .string($0.started.description) } ?? .null),
            .init("uptime", uptime.map { .integer(max(0, $0)) } ?? .null),
            .init("active", daemon.map { .integer(Int64($0.activeCount)) } ?? .null),
            .init("fault", daemon?.hostFault.map(JSONValue.string) ?? .null),
            .init("relays", .array((daemon?.relays ?? []).map(Self.value))),
            .init("queue", .string(path)),
            .init("paused", .bool(isPaused)),
            .init("counts", counts.map(Self.value) ?? .null),
            .init("oldest", oldest.map(Self.value) ?? .null),
        ])
    }

    private static func value(_ relay: DaemonStatus.Relay) -> JSONValue {
        .object([
            .init("name", .string(relay.name)),
            .init("state", .string(relay.state.rawValue)),
            .init("reason", relay.reason.map(JSONValue.string) ?? .null),
            .init("connections", .integer(Int64(relay.connectionCount))),
        ])
    }

    private static func value(_ counts: [SpoolState: Int]) -> JSONValue {
        .object(SpoolState.allCases.map { .init($0.rawValue, .integer(Int64(counts[$0] ?? 0))) })
    }

    private static func value(_ oldest: QueueCensus.Waiting) -> JSONValue {
        .object([
            .init("id", .string(oldest.stem.text)), .init("queued", .string(oldest.queuedAt.description)),
        ])
    }
}
