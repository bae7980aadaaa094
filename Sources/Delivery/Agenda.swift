// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import DequeModule
internal import HeapModule
package import Spool

/// Which message is due when, and where in its work each one stands.
///
/// Pure: time comes in, stems go out.
///
/// Each queued message has exactly one place:
///
/// | place | meaning | left by |
/// |---|---|---|
/// | ready | due, not yet claimed | ``takeDue(limit:)`` → in work |
/// | waiting | has a time before which it is not tried | its time, a touch → ready |
/// | being written | somebody has the file open for writing | its time, the close of the file → ready |
/// | in work | claimed, on its way to the relay or back | ``finish(_:)``, ``postpone(_:until:by:)``, ``putBack(_:)`` |
/// | set aside | its file must not be touched (a link, a FIFO, unreadable …) | it vanishes, a touch → ready |
///
/// A touch of a message in work is kept in mind: what was found out about its file may be out of date, so that a message
/// which would have to wait is looked at once more instead.
///
/// Memory is one dictionary entry and at most two queue entries a message; no file is open, no message parsed.
package struct Agenda {
    private enum Place {
        case ready
        case waiting(until: ContinuousClock.Instant, by: Reckoning)
        case beingWritten(until: ContinuousClock.Instant)
        case inWork(isTouched: Bool)
        case setAside
    }

    /// What a waiting time is measured by.
    package enum Reckoning: Sendable {
        /// By what has passed since: a step of the calendar clock changes nothing.
        case elapsed
        /// By the calendar: a step of its clock brings the time nearer, or takes it away.
        case calendar
    }

    /// An entry of the heap.
    ///
    /// Entries whose message has moved on meanwhile are skipped when they come up.
    private struct Appointment: Comparable {
        let time: ContinuousClock.Instant
        let stem: MessageStem

        static func < (left: Self, right: Self) -> Bool { left.time < right.time }
    }

    private var places: [MessageStem: Place] = [:]
    private var readyLine: Deque<MessageStem> = []
    private var appointments: Heap<Appointment> = []
    /// Messages that came to a place since a listing began: it may not know of them.
    ///
    /// Nil while none is made.
    private var cameSinceListing: Set<MessageStem>?
    /// Files of which it is known that they must not be touched.
    private var knownHostile: Set<MessageStem> = []

    /// Messages that are claimed or about to be.
    package var stemsInWork: Set<MessageStem> {
        Set(places.compactMap { if case .inWork = $1 { $0 } else { nil } })
    }

    /// Messages that wait for an attempt, ready or not.
    package private(set) var queuedCount = 0
    /// Messages that are due now.
    package private(set) var readyCount = 0
    /// Messages claimed and not yet finished.
    package private(set) var inWorkCount = 0

    /// An empty agenda.
    package init() {}

    /// The earliest time at which a waiting message becomes due, if any waits.
    ///
    /// May be early by a message that has moved on.
    package var nextAppointment: ContinuousClock.Instant? { appointments.min?.time }

    /// A queued file appeared under this name.
    ///
    /// Known messages keep their place: the daemon's own renames come back as such reports. But one that was being written
    /// is another one now.
    package mutating func appeared(_ stem: MessageStem) {
        cameSinceListing?.insert(stem)
        switch places[stem] {
        case nil, .beingWritten:
            leavePlace(stem)
            becomeReady(stem, first: false)
        case .ready, .waiting, .inWork, .setAside:
            break
        }
    }

    /// Somebody wrote to the file and closed it, or set its times or permissions: it is due now, or when its work is done.
    package mutating func touched(_ stem: MessageStem) {
        cameSinceListing?.insert(stem)
        switch places[stem] {
        case .inWork:
            places[stem] = .inWork(isTouched: true)
        case .ready:
            break
        case .waiting, .beingWritten, .setAside, nil:
            leavePlace(stem)
            becomeReady(stem, first: false)
        }
    }

    /// The queued file is gone: taken back, held or deleted by a person, or claimed by us.
    package mutating func vanished(_ stem: MessageStem) {
        if case .inWork = places[stem] { return }
        leavePlace(stem)
        knownHostile.remove(stem)
    }

    /// A listing of the directory begins: ``reconcile(with:)`` or ``listingFailed()`` ends it.
    package mutating func listingBegan() { cameSinceListing = [] }

    /// The listing has told nothing.
    package mutating func listingFailed() { cameSinceListing = nil }

    /// Takes the listing of the directory for the truth: adds what is new, forgets what is gone.
    ///
    /// What came while the listing was made is not forgotten.
    package mutating func reconcile(with queued: [MessageStem]) {
        let listed = Set(queued).union(cameSinceListing ?? [])
        cameSinceListing = nil
        for stem in places.keys where !listed.contains(stem) { vanished(stem) }
        for stem in queued { appeared(stem) }
    }

    /// The calendar clock was set: what waits for a time of the calendar is looked at again.
    package mutating func calendarStepped() {
        for (stem, place) in places {
            guard case .waiting(_, .calendar) = place else { continue }
            leavePlace(stem)
            becomeReady(stem, first: false)
        }
    }

    /// Moves up to `limit` due messages into work and returns them, oldest arrival first.
    package mutating func takeDue(limit: Int, now: ContinuousClock.Instant) -> [MessageStem] {
        wakeAppointments(now: now)
        var taken: [MessageStem] = []
        while taken.count < limit, let stem = readyLine.popFirst() {
            guard case .ready = places[stem] else { continue }
            leavePlace(stem)
            places[stem] = .inWork(isTouched: false)
            inWorkCount += 1
            taken.append(stem)
        }
        return taken
    }

    /// Moves the messages whose time has come into the ready line.
    package mutating func wakeAppointments(now: ContinuousClock.Instant) {
        while let next = appointments.min, next.time <= now {
            appointments.removeMin()
            switch places[next.stem] {
            case .waiting(next.time, _), .beingWritten(next.time):
                leavePlace(next.stem)
                becomeReady(next.stem, first: false)
            default:
                continue
            }
        }
    }

    /// The message in work waits in the queue again, not to be tried before `time`.
    package mutating func postpone(
        _ stem: MessageStem,
        until time: ContinuousClock.Instant,
        by base: Reckoning = .elapsed
    ) {
        wait(stem, in: .waiting(until: time, by: base), until: time)
    }

    /// Somebody has the file of the message in work open for writing: it is due when it is closed, or looked at again at `time`.
    package mutating func awaitClose(_ stem: MessageStem, until time: ContinuousClock.Instant) {
        wait(stem, in: .beingWritten(until: time), until: time)
    }

    private mutating func wait(_ stem: MessageStem, in place: Place, until time: ContinuousClock.Instant) {
        if case .inWork(isTouched: true) = places[stem] { return putLast(stem) }
        leavePlace(stem)
        put(stem, in: place)
        queuedCount += 1
        appointments.insert(Appointment(time: time, stem: stem))
    }

    /// The message in work is due as before: nothing was tried.
    ///
    /// It keeps its turn.
    package mutating func putBack(_ stem: MessageStem) {
        leavePlace(stem)
        becomeReady(stem, first: true)
    }

    /// The message in work is due as before, but its turn comes after all that are due now.
    package mutating func putLast(_ stem: MessageStem) {
        leavePlace(stem)
        becomeReady(stem, first: false)
    }

    /// The message in work has left the queue.
    package mutating func finish(_ stem: MessageStem) {
        leavePlace(stem)
        knownHostile.remove(stem)
    }

    /// The file of the message in work must not be touched.
    ///
    /// It is left alone until it vanishes or somebody touches it.
    ///
    /// - Returns: whether this was not known of the file before.
    package mutating func setAside(_ stem: MessageStem) -> Bool {
        leavePlace(stem)
        put(stem, in: .setAside)
        return knownHostile.insert(stem).inserted
    }

    private mutating func put(_ stem: MessageStem, in place: Place) {
        places[stem] = place
        cameSinceListing?.insert(stem)
    }

    private mutating func becomeReady(_ stem: MessageStem, first: Bool) {
        put(stem, in: .ready)
        queuedCount += 1
        readyCount += 1
        if first { readyLine.prepend(stem) } else { readyLine.append(stem) }
    }

    private mutating func leavePlace(_ stem: MessageStem) {
        switch places.removeValue(forKey: stem) {
        case .ready:
            queuedCount -= 1
            readyCount -= 1
        case .waiting, .beingWritten:
            queuedCount -= 1
        case .inWork:
            inWorkCount -= 1
        case .setAside, nil:
            break
        }
    }
}
