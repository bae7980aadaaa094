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
/// | unread | due, its envelope not known yet | ``takeUnread(limit:)`` → in work |
/// | in line | due, its route known | ``takeFirst(of:)`` → in work; its time, if it has one → unread |
/// | waiting | has a time before which it is not tried | its time, a touch → unread |
/// | being written | somebody has the file open for writing | its time, the close of the file → unread |
/// | in work | being read or sent | ``line(_:of:_:first:until:)``, ``postpone(_:until:)``, ``putBack(_:)``, ``finish(_:)`` … |
/// | set aside | its file must not be touched (a link, a FIFO, unreadable …) | it vanishes, a touch → unread |
///
/// Memory is the bytes of the stem and about seventy more a message; no file is open, no message parsed.
package struct Agenda {
    private enum Place: UInt8 {
        case none, unread, inLine, waiting, beingWritten, inWork, setAside
    }

    private struct Entry {
        /// Changes with each change of place, so that what points to an earlier one is known for stale.
        var ticket: UInt32 = 0
        var messageClass = MessageClass(priority: 0, isRetry: false, sender: 0)
        var route = Self.noRoute
        var place = Place.none
        var scan: UInt8 = 0

        static let noRoute = UInt16.max
    }

    private struct Appointment: Comparable {
        let time: Int64
        let item: RouteLine.Item

        static func < (left: Self, right: Self) -> Bool { left.time < right.time }
        static func == (left: Self, right: Self) -> Bool { left.time == right.time }
    }

    private let start: ContinuousClock.Instant
    private var stems = StemTable()
    private var entries: [Entry] = []
    private var unread: Deque<RouteLine.Item> = []
    private var lines: [RouteLine] = []
    private var appointments: Heap<Appointment> = []
    private var scan: UInt8 = 0
    private var isScanning = false

    /// Messages that wait for an attempt, due or not.
    package private(set) var queuedCount = 0
    /// Messages that are due and unread.
    package private(set) var unreadCount = 0
    /// Messages that are due and in line, by route.
    package private(set) var lineCounts: [Int] = []
    /// Messages taken and not yet put anywhere.
    package private(set) var inWorkCount = 0

    /// An empty agenda; `start` is before all times that it is told.
    package init(start: ContinuousClock.Instant) {
        self.start = start
    }

    // MARK: What happens in the directory

    /// A queued file appeared under this name.
    ///
    /// Known messages keep their place: the daemon's own renames come back as such reports. But one that was being written
    /// has been closed.
    package mutating func appeared(_ stem: MessageStem) {
        let slot = slot(of: stem)
        entries[slot].scan = scan
        switch entries[slot].place {
        case .none, .beingWritten: becomeUnread(slot)
        case .unread, .inLine, .waiting, .inWork, .setAside: break
        }
    }

    /// Somebody touched the file: it is due now, unless it is in work.
    package mutating func touched(_ stem: MessageStem) {
        let slot = slot(of: stem)
        switch entries[slot].place {
        case .inWork, .unread, .inLine: break
        case .none, .waiting, .beingWritten, .setAside: becomeUnread(slot)
        }
    }

    /// The queued file is gone: taken back, held or deleted by a person, or claimed by us.
    package mutating func vanished(_ stem: MessageStem) {
        guard let slot = stems.slot(of: stem).map(Int.init), entries[slot].place != .inWork else { return }
        forget(slot)
    }

    /// A listing of the directory begins: what it does not show by its end is gone.
    package mutating func scanBegan() {
        scan = scan == .max ? 1 : scan + 1
        isScanning = true
    }

    /// The listing shows this message.
    package mutating func listed(_ stem: MessageStem) { appeared(stem) }

    /// The listing is complete: forgets what was there before it began and is not any more.
    package mutating func scanEnded() {
        guard isScanning else { return }
        isScanning = false
        for slot in entries.indices where entries[slot].place != .none && entries[slot].place != .inWork {
            if entries[slot].scan != scan { forget(slot) }
        }
    }

    // MARK: Taking

    /// Makes due what has reached its time.
    package mutating func wake(now: ContinuousClock.Instant) {
        let now = milliseconds(now, up: false)
        while let next = appointments.min, next.time <= now {
            appointments.removeMin()
            if isValid(next.item) { becomeUnread(Int(next.item.slot)) }
        }
    }

    /// Takes up to `limit` due messages of unknown route into work, in the order in which they became due.
    package mutating func takeUnread(limit: Int) -> [MessageStem] {
        var taken: [MessageStem] = []
        while taken.count < limit, let item = unread.popFirst() {
            if isValid(item) { taken.append(take(item)) }
        }
        return taken
    }

    /// Takes the message of a route whose turn it is into work.
    package mutating func takeFirst(of route: Int) -> MessageStem? {
        while route < lines.count, let item = lines[route].popFirst() {
            if isValid(item) { return take(item) }
        }
        return nil
    }

    // MARK: What becomes of a message in work

    /// It is due, and its route known: it stands in line, behind those of its class or before them.
    ///
    /// With a time it becomes unread then, if it still stands there: some other recipient of it is due.
    package mutating func line(
        _ stem: MessageStem,
        of route: Int,
        _ messageClass: MessageClass,
        first: Bool = false,
        until time: ContinuousClock.Instant? = nil
    ) {
        let slot = slot(of: stem)
        entries[slot].route = UInt16(clamping: route)
        entries[slot].messageClass = messageClass
        stand(slot, first: first)
        if let time { appoint(slot, time) }
    }

    /// It is not to be tried before `time`.
    package mutating func postpone(_ stem: MessageStem, until time: ContinuousClock.Instant) {
        wait(stem, .waiting, until: time)
    }

    /// Somebody has its file open for writing: it is due when it is closed, or looked at again at `time`.
    package mutating func awaitClose(_ stem: MessageStem, until time: ContinuousClock.Instant) {
        wait(stem, .beingWritten, until: time)
    }

    /// It is due as before, for nothing was tried, and keeps its turn.
    package mutating func putBack(_ stem: MessageStem) {
        stand(slot(of: stem), first: true)
    }

    /// It is due as before, but its turn comes after all that are due now.
    package mutating func putLast(_ stem: MessageStem) {
        stand(slot(of: stem), first: false)
    }

    /// It has left the queue.
    package mutating func finish(_ stem: MessageStem) {
        if let slot = stems.slot(of: stem) { forget(Int(slot)) }
    }

    /// Its file must not be touched: it is left alone until it vanishes or somebody touches it.
    package mutating func setAside(_ stem: MessageStem) {
        move(slot(of: stem), to: .setAside)
    }

    /// The routes have changed: what stands in line is unread again.
    package mutating func forgetRoutes() {
        for slot in entries.indices {
            if entries[slot].place == .inLine { becomeUnread(slot) }
            entries[slot].route = Entry.noRoute
        }
        lines = []
        lineCounts = []
    }

    // MARK: Inside

    private mutating func slot(of stem: MessageStem) -> Int {
        let (slot, _) = stems.insert(stem)
        if slot == entries.count { entries.append(Entry()) }
        return Int(slot)
    }

    private func isValid(_ item: RouteLine.Item) -> Bool {
        entries[Int(item.slot)].ticket == item.ticket
    }

    private mutating func take(_ item: RouteLine.Item) -> MessageStem {
        move(Int(item.slot), to: .inWork)
        return stems[item.slot]
    }

    private mutating func becomeUnread(_ slot: Int) {
        unread.append(move(slot, to: .unread))
    }

    /// Puts a message into the line of its route, or of those without one.
    private mutating func stand(_ slot: Int, first: Bool) {
        let route = Int(entries[slot].route)
        guard route != Int(Entry.noRoute) else {
            let item = move(slot, to: .unread)
            if first { unread.prepend(item) } else { unread.append(item) }
            return
        }
        while lines.count <= route {
            lines.append(RouteLine())
            lineCounts.append(0)
        }
        lines[route].add(move(slot, to: .inLine), entries[slot].messageClass, first: first)
    }

    private mutating func wait(_ stem: MessageStem, _ place: Place, until time: ContinuousClock.Instant) {
        let slot = slot(of: stem)
        move(slot, to: place)
        appoint(slot, time)
    }

    private mutating func appoint(_ slot: Int, _ time: ContinuousClock.Instant) {
        let item = RouteLine.Item(slot: UInt32(clamping: slot), ticket: entries[slot].ticket)
        appointments.insert(Appointment(time: milliseconds(time, up: true), item: item))
    }

    private mutating func forget(_ slot: Int) {
        move(slot, to: .none)
        stems.remove(UInt32(clamping: slot))
    }

    /// Changes the place and all counts; what pointed to the old place is stale.
    @discardableResult
    private mutating func move(_ slot: Int, to place: Place) -> RouteLine.Item {
        count(slot, -1)
        entries[slot].place = place
        if place == .unread || place == .none { entries[slot].route = Entry.noRoute }
        entries[slot].ticket &+= 1
        entries[slot].scan = scan
        count(slot, 1)
        return RouteLine.Item(slot: UInt32(clamping: slot), ticket: entries[slot].ticket)
    }

    private mutating func count(_ slot: Int, _ change: Int) {
        switch entries[slot].place {
        case .none, .setAside: return
        case .inWork:
            inWorkCount += change
            return
        case .unread: unreadCount += change
        case .inLine: lineCounts[Int(entries[slot].route)] += change
        case .waiting, .beingWritten: break
        }
        queuedCount += change
    }

    private func milliseconds(_ time: ContinuousClock.Instant, up: Bool) -> Int64 {
        let (seconds, attoseconds) = (time - start).components
        let (whole, rest) = attoseconds.quotientAndRemainder(dividingBy: 1_000_000_000_000_000)
        return seconds * 1000 + whole + (up && rest > 0 ? 1 : 0)
    }
}
