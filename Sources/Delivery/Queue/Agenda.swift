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
/// | in work | being read or sent | ``line(_:of:_:first:until:)``, ``postpone(_:until:by:)``, ``putBack(_:)``, ``finish(_:)`` … |
/// | set aside | its file must not be touched (a link, a FIFO, unreadable …) | it vanishes; a touch, the next listing → unread |
///
/// A touch of a message in work is kept in mind: what was found out about its file may be out of date, so that a message
/// which would have to wait is looked at once more instead. So is an appearance: a person may have queued again what is just
/// coming to its end.
///
/// Memory is the bytes of the stem and about seventy more a message; no file is open, no message parsed.
package struct Agenda {
    private enum Place: UInt8 {
        case none, unread, inLine, waiting, beingWritten, inWork, setAside
    }

    /// What a waiting time is measured by.
    package enum Reckoning: Sendable {
        /// By what has passed since: a step of the calendar clock changes nothing.
        case elapsed
        /// By the calendar: a step of its clock brings the time nearer, or takes it away.
        case calendar
    }

    private struct Entry {
        /// Changes with each change of place, so that what points to an earlier one is known for stale.
        var ticket: UInt32 = 0
        var messageClass = MessageClass(priority: 0, isRetry: false, sender: 0)
        var route = Self.noRoute
        var place = Place.none
        /// The last listing that has seen it, or that was under way when it came to its place.
        var scan: UInt8 = 0
        /// Whether its file was touched while it was in work.
        var isTouched = false
        /// Whether its file appeared, or seemed to, while it was in work.
        var isBack = false
        /// Whether it waits for a time of the calendar.
        var isByCalendar = false
        /// Whether the host has failed with it.
        var isSuspected = false
        /// Whether it was told that something is wrong with its file.
        var isBlamed = false

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
    /// Unread messages that were found, or whose time has come.
    private var unread: Deque<RouteLine.Item> = []
    /// Unread messages that have just come: they do not wait for those of a long queue to be read.
    private var arrived: Deque<RouteLine.Item> = []
    private var turnsTaken = 0
    private var lines: [RouteLine] = []
    private var appointments: Heap<Appointment> = []
    private var scan: UInt8 = 0

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
    /// is another one now.
    package mutating func appeared(_ stem: MessageStem) {
        let slot = slot(of: stem)
        entries[slot].scan = scan
        switch entries[slot].place {
        case .none, .beingWritten: arrive(slot)
        case .inWork: entries[slot].isBack = true
        case .unread, .inLine, .waiting, .setAside: break
        }
    }

    /// Somebody wrote to the file and closed it, or set its times or permissions: it is due now, or when its work is done.
    package mutating func touched(_ stem: MessageStem) {
        let slot = slot(of: stem)
        entries[slot].scan = scan
        switch entries[slot].place {
        case .inWork: entries[slot].isTouched = true
        case .unread, .inLine: break
        case .none, .waiting, .beingWritten, .setAside: arrive(slot)
        }
    }

    /// The queued file is gone: taken back, held or deleted by a person, or claimed by us.
    package mutating func vanished(_ stem: MessageStem) {
        guard let slot = stems.slot(of: stem).map(Int.init), entries[slot].place != .inWork else { return }
        forget(slot)
    }

    /// A listing of the directory begins: what it does not show by its end is gone, but for what came meanwhile.
    package mutating func listingBegan() { scan = scan == .max ? 1 : scan + 1 }

    /// The listing shows this message.
    ///
    /// One that is set aside is looked at again: of a permission that is given back not every event tells.
    package mutating func listed(_ stem: MessageStem) {
        let slot = slot(of: stem)
        entries[slot].scan = scan
        switch entries[slot].place {
        case .none, .beingWritten, .setAside: becomeUnread(slot)
        case .unread, .inLine, .waiting, .inWork: break
        }
    }

    /// The listing is complete.
    package mutating func listingEnded() {
        for slot in entries.indices where entries[slot].place != .none && entries[slot].place != .inWork {
            if entries[slot].scan != scan { forget(slot) }
        }
    }

    /// The calendar clock was set: what waits for a time of the calendar is looked at again.
    package mutating func calendarStepped() {
        for slot in entries.indices where entries[slot].place == .waiting && entries[slot].isByCalendar {
            becomeUnread(slot)
        }
    }

    /// Messages that are claimed or about to be.
    package var stemsInWork: Set<MessageStem> {
        Set(entries.indices.filter { entries[$0].place == .inWork }.map { stems[UInt32(clamping: $0)] })
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

    /// Takes up to `limit` due messages of unknown route into work, in the order in which they became due: those that have
    /// just come before the others, which have every eighth turn.
    package mutating func takeUnread(limit: Int) -> [MessageStem] {
        var taken: [MessageStem] = []
        while taken.count < limit, let item = popUnread() {
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
    package mutating func postpone(
        _ stem: MessageStem,
        until time: ContinuousClock.Instant,
        by reckoning: Reckoning = .elapsed
    ) {
        wait(stem, .waiting, until: time, reckoning)
    }

    /// Somebody has its file open for writing: it is due when it is closed, or looked at again at `time`.
    package mutating func awaitClose(_ stem: MessageStem, until time: ContinuousClock.Instant) {
        wait(stem, .beingWritten, until: time, .elapsed)
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
        guard let slot = stems.slot(of: stem).map(Int.init) else { return }
        let isBack = entries[slot].isBack
        forget(slot)
        if isBack { appeared(stem) }
    }

    /// Its file must not be touched: it is left alone until it vanishes, somebody touches it, or the directory is listed.
    ///
    /// - Returns: whether this was not known of the file before.
    package mutating func setAside(_ stem: MessageStem) -> Bool {
        move(slot(of: stem), to: .setAside)
        return blame(stem)
    }

    /// The host has failed with it: that may be a fault of its file alone.
    ///
    /// - Returns: whether it had failed with it before.
    package mutating func suspect(_ stem: MessageStem) -> Bool {
        let slot = slot(of: stem)
        defer { entries[slot].isSuspected = true }
        return entries[slot].isSuspected
    }

    /// Something is wrong with its file.
    ///
    /// - Returns: whether this was not known of the file before.
    package mutating func blame(_ stem: MessageStem) -> Bool {
        let slot = slot(of: stem)
        defer { entries[slot].isBlamed = true }
        return !entries[slot].isBlamed
    }

    /// Nothing is wrong with its file.
    ///
    /// - Returns: whether something was, as far as was known.
    package mutating func absolve(_ stem: MessageStem) -> Bool {
        let slot = slot(of: stem)
        defer { (entries[slot].isSuspected, entries[slot].isBlamed) = (false, false) }
        return entries[slot].isBlamed
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

    private mutating func popUnread() -> RouteLine.Item? {
        turnsTaken = (turnsTaken + 1) % 8
        return turnsTaken == 0
            ? unread.popFirst() ?? arrived.popFirst() : arrived.popFirst() ?? unread.popFirst()
    }

    private mutating func becomeUnread(_ slot: Int) {
        unread.append(move(slot, to: .unread))
    }

    private mutating func arrive(_ slot: Int) {
        arrived.append(move(slot, to: .unread))
    }

    /// Puts a message into the line of its route, or of those without one.
    private mutating func stand(_ slot: Int, first: Bool) {
        let route = Int(entries[slot].route)
        guard route != Int(Entry.noRoute) else {
            let item = move(slot, to: .unread)
            if first { arrived.prepend(item) } else { unread.append(item) }
            return
        }
        while lines.count <= route {
            lines.append(RouteLine())
            lineCounts.append(0)
        }
        lines[route].add(move(slot, to: .inLine), entries[slot].messageClass, first: first)
    }

    private mutating func wait(
        _ stem: MessageStem,
        _ place: Place,
        until time: ContinuousClock.Instant,
        _ reckoning: Reckoning
    ) {
        let slot = slot(of: stem)
        guard !entries[slot].isTouched else { return becomeUnread(slot) }
        entries[slot].isByCalendar = reckoning == .calendar
        move(slot, to: place)
        appoint(slot, time)
    }

    private mutating func appoint(_ slot: Int, _ time: ContinuousClock.Instant) {
        let item = RouteLine.Item(slot: UInt32(clamping: slot), ticket: entries[slot].ticket)
        appointments.insert(Appointment(time: milliseconds(time, up: true), item: item))
    }

    private mutating func forget(_ slot: Int) {
        move(slot, to: .none)
        (entries[slot].isSuspected, entries[slot].isBlamed) = (false, false)
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
        entries[slot].isTouched = false
        entries[slot].isBack = false
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
