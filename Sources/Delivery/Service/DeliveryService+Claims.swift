// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import Spool

/// Claims: which messages are read, and which are taken for which relay.
extension DeliveryService {
    /// Most messages in one batch of file work: many share a sync of the directory.
    static let batchSize = 128
    /// Most batches of one kind under way at one time.
    static let batchesAtOnce = 2
    /// Most messages whose answers are not on disk yet, beyond which none are claimed: a crash may send each a second time (G3).
    private static let unrecordedLimit = 256
    /// How long a file that is still being written is left alone, and how soon a file in doubt is looked at again.
    private static let stillWrittenPause = Duration.seconds(3)
    /// How long unread messages wait for a relay with room before they are read ahead.
    private static let readAheadPause = Duration.seconds(1)
    /// How soon a message with recipients for several relays, of which the first has no room, is looked at again.
    static let mixedPause = Duration.seconds(10)

    private var mayClaim: Bool {
        phase == .running && !isPaused && lock != nil && !localPause.stops(.claiming, now: clock.now)
    }

    /// Claims due messages as far as connections can take them soon.
    func claimMore() {
        guard mayClaim, unresolved.count < Self.unrecordedLimit else { return }
        agenda.wake(now: clock.now)
        while claimJobs < Self.batchesAtOnce {
            var admission = admission()
            guard zip(pools, admission.relays).contains(where: { $0.isLow && $1.room > 0 }) else { return }
            var requests = requestsInLine(&admission)
            let room = min(admission.largestRoom, Self.batchSize - requests.count)
            requests += agenda.takeUnread(limit: room).map { ClaimRequest(stem: $0, promise: nil) }
            guard !requests.isEmpty else { return }
            readAndClaim(requests, admission)
        }
    }

    /// Reads messages ahead that no relay has room for, once the line of unread ones moves too slowly.
    ///
    /// So that the urgent ones, and those of other senders than a flood's, are found among them.
    func readAhead() {
        guard agenda.unreadCount > 0, phase == .running else {
            readingAheadSince = nil
            return
        }
        let since = readingAheadSince ?? clock.now
        readingAheadSince = since
        guard claimJobs == 0, clock.now - since > Self.readAheadPause, mayClaim else { return }
        let stems = agenda.takeUnread(limit: Self.batchSize)
        readAndClaim(stems.map { ClaimRequest(stem: $0, promise: nil) }, admission())
    }

    func admission() -> Admission {
        Admission(routing: routing, relays: pools.map { $0.admission(now: clock.now) })
    }

    /// Takes messages whose route is known, one of each route after the other, as far as their relays have room.
    private func requestsInLine(_ admission: inout Admission) -> [ClaimRequest] {
        var requests: [ClaimRequest] = []
        var routes = agenda.lineCounts.indices.filter { agenda.lineCounts[$0] > 0 }
        while !routes.isEmpty, requests.count < Self.batchSize {
            routes.removeAll { route in
                guard admission.hasRoom(for: route), let stem = agenda.takeFirst(of: route),
                    let relay = admission.admit(route, using: &generator)
                else { return true }
                requests.append(ClaimRequest(stem: stem, promise: .init(relay: relay, route: route)))
                return false
            }
        }
        return requests
    }

    private func readAndClaim(_ requests: [ClaimRequest], _ admission: Admission) {
        // What is unread may be for any relay that has room left.
        let unreadCount = requests.count { $0.promise == nil }
        var reserved = admission.relays.map { min($0.room, unreadCount) }
        for request in requests { if let promise = request.promise { reserved[promise.relay] += 1 } }
        let isFull = requests.count == Self.batchSize || requests.count >= admission.largestRoom
        let pools = pools
        let generation = generation
        for (pool, count) in zip(pools, reserved) { pool.claimingCount += count }
        claimJobs += 1
        Task {
            let outcomes = await files.claim(
                requests,
                admission: admission,
                now: .now(),
                maxMessageBytes: settings.maxMessageBytes
            )
            claimJobs -= 1
            for (pool, count) in zip(pools, reserved) {
                pool.claimingCount -= count
                if isFull { pool.claimedAll() }
            }
            for (request, outcome) in zip(requests, outcomes) { note(outcome, of: request.stem, generation) }
            pump()
        }
    }

    /// What became of a request; `generation` is that of the configuration under which it was made.
    private func note(_ outcome: ClaimOutcome, of stem: MessageStem, _ generation: Int) {
        switch outcome {
        case .claimed(var message, let relay):
            succeeded(in: .claiming)
            inOrder(stem)
            metrics.claimed()
            message.generation = generation
            claimed(message, for: relay)
        case .inLine(let route, let messageClass, let isMixed):
            guard generation == self.generation else { return agenda.putBack(stem) }
            let until = isMixed ? clock.now + Self.mixedPause : nil
            agenda.line(stem, of: route, messageClass, until: until)
        case .refused(let error):
            notClaimed(stem, error)
        }
    }

    private func claimed(_ message: PreparedMessage, for relay: Int?) {
        let now = Timestamp.now()
        if let verdict = rules.verdictWithoutAttempt(
            on: message.ruleFacts,
            open: message.claimed.openRecipients,
            now: now
        ) {
            settle(message, by: verdict, now: now)
        } else if phase != .running || isPaused || message.generation != generation {
            conclude(message)
        } else if let relay {
            pools[relay].add(message, now: clock.now)
        } else {
            advance(message)
        }
    }

    private func notClaimed(_ stem: MessageStem, _ error: ClaimError) {
        switch error {
        case .vanished:
            agenda.finish(stem)
        case .stillWritten:
            agenda.awaitClose(stem, until: clock.now + Self.stillWrittenPause)
        case .notDueBefore(let time):
            agenda.postpone(stem, until: instant(of: time))
        case .postdated(let time):
            agenda.postpone(stem, until: instant(of: time), by: .calendar)
        case .notWanted:
            agenda.putBack(stem)
        case .hostile(let error):
            guard agenda.setAside(stem) else { return }
            log.hostile(stem, error)
            metrics.refused(.hostile)
        case .malformed(let error):
            log.malformed(stem, error)
            metrics.refused(.malformed)
            agenda.finish(stem)
        case .host(let error):
            agenda.postpone(stem, until: clock.now + Self.faultyFilePause)
            _ = hostFailed(with: stem, error, in: .claiming)
        }
    }

    /// Returns the claimed messages that no connection has taken to the queue.
    ///
    /// One that has answers already is concluded with these.
    func returnReady(of pool: RelayPool) {
        while let message = pool.takeBack() { conclude(message) }
        resolveMore()
    }
}
