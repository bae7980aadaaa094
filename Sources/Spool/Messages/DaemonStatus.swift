// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
package import MailMessage

/// What the daemon tells about itself: the file `.status` in the queue directory, for `smtpq status`.
package struct DaemonStatus: Hashable, Sendable {
    /// The health of a relay.
    package enum RelayState: String, Hashable, Sendable, CaseIterable {
        /// In normal use.
        case ok
        /// At fault and left alone.
        case open
        /// Being tried again.
        case probing
    }

    /// One relay.
    package struct Relay: Hashable, Sendable {
        /// Its name.
        package let name: String
        /// Its health.
        package let state: RelayState
        /// Why it is not in use.
        package let reason: String?
        /// Connections that stand.
        package let connectionCount: Int

        /// A relay's status.
        package init(name: String, state: RelayState, reason: String?, connectionCount: Int) {
            self.name = name
            self.state = state
            self.reason = reason
            self.connectionCount = connectionCount
        }
    }

    /// The daemon's process.
    package var processID: Int32
    /// When it started.
    package var started: Timestamp
    /// When this was written.
    package var updated: Timestamp
    /// Messages being sent.
    package var activeCount: Int
    /// Messages that wait.
    package var queuedCount: Int
    /// Whether `.paused` stops the delivery.
    package var isPaused: Bool
    /// The fault of the host that stops the delivery, if one does.
    package var hostFault: String?
    /// The relays.
    package var relays: [Relay]

    /// A status.
    package init(
        processID: Int32,
        started: Timestamp,
        updated: Timestamp,
        activeCount: Int,
        queuedCount: Int,
        isPaused: Bool,
        hostFault: String?,
        relays: [Relay]
    ) {
        self.processID = processID
        self.started = started
        self.updated = updated
        self.activeCount = activeCount
        self.queuedCount = queuedCount
        self.isPaused = isPaused
        self.hostFault = hostFault
        self.relays = relays
    }

    /// The status as one line of JSON.
    package var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("v", .integer(1)), .init("pid", .integer(Int64(processID))),
            .init("started", .string(started.description)),
            .init("updated", .string(updated.description)), .init("active", .integer(Int64(activeCount))),
            .init("queued", .integer(Int64(queuedCount))), .init("paused", .bool(isPaused)),
        ]
        if let hostFault { members.append(.init("fault", .string(hostFault))) }
        members.append(.init("relays", .array(relays.map(\.json))))
        return .object(members)
    }

    /// Reads a status; nil when it is none.
    package init?(json: JSONValue) {
        guard json["v"]?.integer == 1, let process = json["pid"]?.integer.flatMap({ Int32(exactly: $0) }),
            let started = json["started"]?.string.flatMap({ try? Timestamp(parsing: $0) }),
            let updated = json["updated"]?.string.flatMap({ try? Timestamp(parsing: $0) }),
            let active = json["active"]?.integer, let queued = json["queued"]?.integer,
            let paused = json["paused"]?.bool,
            let relays = json["relays"]?.array
        else { return nil }
        self.init(
            processID: process,
            started: started,
            updated: updated,
            activeCount: Int(active),
            queuedCount: Int(queued),
            isPaused: paused,
            hostFault: json["fault"]?.string,
            relays: relays.compactMap(Relay.init(json:))
        )
    }
}

extension DaemonStatus.Relay {
    fileprivate var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("name", .string(name)), .init("state", .string(state.rawValue)),
            .init("connections", .integer(Int64(connectionCount))),
        ]
        if let reason { members.append(.init("reason", .string(reason))) }
        return .object(members)
    }

    fileprivate init?(json: JSONValue) {
        guard let name = json["name"]?.string,
            let state = json["state"]?.string.flatMap(DaemonStatus.RelayState.init(rawValue:))
        else { return nil }
        self.init(
            name: name,
            state: state,
            reason: json["reason"]?.string,
            connectionCount: json["connections"]?.integer.flatMap { Int(exactly: $0) } ?? 0
        )
    }
}

extension QueueDirectory {
    private static let statusName = ".status"

    /// Writes the status, replacing the last one.
    ///
    /// It is for reading by anybody and need not survive a crash.
    package func writeStatus(_ status: DaemonStatus) throws(SpoolError) {
        try handle.rewrite(Self.statusName, Array((status.json.text + "\n").utf8), mode: 0o644)
    }

    /// The status that a daemon last wrote; nil when there is none that is to be believed.
    package func readStatus() -> DaemonStatus? {
        guard let file = try? handle.openForReading(Self.statusName),
            (try? JournalTrust.check(file, in: handle)) != nil,
            let bytes = try? file.readPrefix(limit: 64 << 10)
        else { return nil }
        return JSONReader.read(bytes[...]).flatMap(DaemonStatus.init(json:))
    }
}
