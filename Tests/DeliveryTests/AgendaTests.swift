// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Delivery
import MailTestKit
import Spool
import Testing

@Suite("Agenda")
struct AgendaTests {
    let start = ContinuousClock.now
    let ordinary = MessageClass(priority: 0, isRetry: false, sender: 1)
    let first: MessageStem
    let second: MessageStem

    init() throws {
        first = try MessageStem("first")
        second = try MessageStem("second")
    }

    @Test("a message whose file is being written is due when it is closed, or looked at again at its time")
    func beingWritten() {
        var agenda = Agenda(start: start)
        for stem in [first, second] { agenda.appeared(stem) }
        _ = agenda.takeDue(limit: 2, now: start)
        for stem in [first, second] { agenda.awaitClose(stem, until: start + .seconds(3)) }
        #expect(agenda.takeDue(limit: 2, now: start) == [])
        agenda.touched(first)
        #expect(agenda.takeDue(limit: 2, now: start) == [first])
        #expect(agenda.takeDue(limit: 2, now: start + .seconds(3)) == [second])
        #expect(agenda.queuedCount == 0)
    }

    @Test("messages are taken in the order in which they appeared, each once")
    func takesInOrder() {
        var agenda = Agenda(start: start)
        agenda.appeared(first)
        agenda.appeared(second)
        agenda.appeared(first)
        #expect(agenda.takeDue(limit: 1, now: start) == [first])
        #expect(agenda.takeDue(limit: 5, now: start) == [second])
        #expect(agenda.takeDue(limit: 5, now: start) == [])
        #expect(agenda.inWorkCount == 2)
    }

    @Test(
        "a message that has just come does not wait until a long queue is read, and the queue has every eighth turn"
    )
    func newBeforeListed() throws {
        var agenda = Agenda(start: start)
        let old = try (0..<1000).map { try MessageStem("old\($0)") }
        let new = try (0..<14).map { try MessageStem("new\($0)") }
        agenda.listingBegan()
        for stem in old { agenda.listed(stem) }
        agenda.listingEnded()
        for stem in new { agenda.appeared(stem) }
        let taken = agenda.takeUnread(limit: 16)
        #expect(taken.filter(new.contains) == new)
        #expect(taken.filter(old.contains) == Array(old.prefix(2)))
        #expect(agenda.takeUnread(limit: 1) == [old[2]])
    }

    @Test("a postponed message is not due before its time, and due at it")
    func waits() {
        var agenda = Agenda(start: start)
        agenda.appeared(first)
        _ = agenda.takeDue(limit: 1, now: start)
        agenda.postpone(first, until: start + .seconds(60))
        #expect(agenda.takeDue(limit: 1, now: start + .seconds(59)) == [])
        #expect(agenda.takeDue(limit: 1, now: start + .seconds(60)) == [first])
    }

    @Test("the reports of the daemon's own renames do not make a postponed message due")
    func ignoresEchoes() {
        var agenda = Agenda(start: start)
        agenda.appeared(first)
        _ = agenda.takeDue(limit: 1, now: start)
        agenda.vanished(first)
        agenda.postpone(first, until: start + .seconds(60))
        agenda.appeared(first)
        #expect(agenda.takeDue(limit: 1, now: start) == [])
    }

    @Test("a touch makes a waiting message due at once, and only once")
    func touchFlushes() {
        var agenda = Agenda(start: start)
        agenda.appeared(first)
        _ = agenda.takeDue(limit: 1, now: start)
        agenda.postpone(first, until: start + .seconds(60))
        agenda.touched(first)
        agenda.touched(first)
        #expect(agenda.takeDue(limit: 5, now: start) == [first])
        agenda.finish(first)
        #expect(agenda.takeDue(limit: 5, now: start + .seconds(61)) == [])
        #expect(agenda.queuedCount == 0)
    }

    @Test("a message put back keeps its turn before later ones")
    func putBackKeepsTurn() {
        var agenda = Agenda(start: start)
        agenda.appeared(first)
        agenda.appeared(second)
        _ = agenda.takeDue(limit: 1, now: start)
        agenda.putBack(first)
        #expect(agenda.takeDue(limit: 2, now: start) == [first, second])
    }

    @Test("a file set aside is offered again after it vanished, was touched or listed, and is news once")
    func setAside() {
        var agenda = Agenda(start: start)
        agenda.appeared(first)
        _ = agenda.takeDue(limit: 1, now: start)
        #expect(agenda.setAside(first) == true)
        agenda.appeared(first)
        #expect(agenda.takeDue(limit: 1, now: start) == [])
        agenda.listingBegan()
        agenda.reconcile(with: [first])
        #expect(agenda.takeDue(limit: 1, now: start) == [first])
        #expect(agenda.setAside(first) == false, "the same file")
        agenda.vanished(first)
        agenda.appeared(first)
        #expect(agenda.takeDue(limit: 1, now: start) == [first])
        #expect(agenda.setAside(first) == true, "another file of that name")
        agenda.touched(first)
        #expect(agenda.takeDue(limit: 1, now: start) == [first])
        #expect(agenda.setAside(first) == false, "the same file")
    }

    @Test("a message that a person queues again while its end is being recorded is looked at once more")
    func queuedAgainInWork() {
        var agenda = Agenda(start: start)
        agenda.appeared(first)
        _ = agenda.takeDue(limit: 1, now: start)
        agenda.appeared(first)
        agenda.finish(first)
        #expect(agenda.takeDue(limit: 1, now: start) == [first])
        agenda.finish(first)
        #expect(agenda.takeDue(limit: 1, now: start) == [])
    }

    @Test(
        "what the host fails with is suspected, told of once, and told of again when it is in order or gone"
    )
    func faultyFile() {
        var agenda = Agenda(start: start)
        agenda.appeared(first)
        func fail() -> [Bool] {
            defer { agenda.postpone(first, until: start) }
            _ = agenda.takeDue(limit: 1, now: start)
            return agenda.suspect(first) ? [true, agenda.blame(first)] : [false]
        }
        #expect([fail(), fail(), fail()] == [[false], [true, true], [true, false]])
        #expect(agenda.absolve(first) == true)
        #expect(agenda.absolve(first) == false)
        #expect([fail(), fail()] == [[false], [true, true]])
        agenda.vanished(first)
        agenda.appeared(first)
        #expect(fail() == [false], "another file of that name")
    }

    @Test("a rescan adds what is new, forgets what is gone and leaves work in progress alone")
    func reconciles() throws {
        let third = try MessageStem("third")
        var agenda = Agenda(start: start)
        agenda.appeared(first)
        agenda.appeared(second)
        #expect(agenda.takeDue(limit: 1, now: start) == [first])
        agenda.listingBegan()
        agenda.reconcile(with: [third])
        #expect(agenda.inWorkCount == 1)
        #expect(agenda.takeDue(limit: 5, now: start) == [third])
    }

    @Test("a file that is closed or touched while its claim finds that it must wait is looked at once more")
    func touchedInWork() {
        let waits: [(inout Agenda) -> Void] = [
            { $0.awaitClose(first, until: start + .seconds(3)) },
            { $0.postpone(first, until: start + .seconds(3600)) },
            { $0.postpone(first, until: start + .seconds(3600), by: .calendar) },
        ]
        for wait in waits {
            var agenda = Agenda(start: start)
            agenda.appeared(first)
            _ = agenda.takeDue(limit: 1, now: start)
            agenda.touched(first)
            wait(&agenda)
            #expect(agenda.takeDue(limit: 1, now: start) == [first])
            wait(&agenda)
            #expect(agenda.takeDue(limit: 1, now: start) == [])
            #expect((agenda.queuedCount, agenda.unreadCount, agenda.inWorkCount) == (1, 0, 0))
        }
    }

    @Test("T27: a step of the calendar clock changes nothing but for what waits for a time of the calendar")
    func T27_calendarStepped() {
        var agenda = Agenda(start: start)
        for stem in [first, second] { agenda.appeared(stem) }
        _ = agenda.takeDue(limit: 2, now: start)
        agenda.postpone(first, until: start + .seconds(3600))
        agenda.postpone(second, until: start + .seconds(3600), by: .calendar)
        agenda.calendarStepped()
        #expect(agenda.takeDue(limit: 2, now: start) == [second])
        agenda.postpone(second, until: start + .seconds(60), by: .calendar)
        #expect(agenda.takeDue(limit: 2, now: start + .seconds(60)) == [second])
        #expect(agenda.takeDue(limit: 2, now: start + .seconds(3600)) == [first])
    }

    @Test("T28: what comes while the directory is listed is not forgotten, whatever the listing says")
    func T28_listingIsOld() throws {
        let third = try MessageStem("third")
        var agenda = Agenda(start: start)
        for stem in [first, second] { agenda.appeared(stem) }
        _ = agenda.takeDue(limit: 1, now: start)
        agenda.listingBegan()
        // One is put back, one comes; the listing has seen neither.
        agenda.postpone(first, until: start + .seconds(60))
        agenda.appeared(third)
        agenda.reconcile(with: [])
        #expect(agenda.takeDue(limit: 5, now: start) == [third])
        #expect(agenda.takeDue(limit: 5, now: start + .seconds(60)) == [first])
        // One that was known came back: that it had gone was not reported.
        agenda.putBack(first)
        agenda.listingBegan()
        agenda.appeared(first)
        agenda.reconcile(with: [])
        #expect(agenda.takeDue(limit: 5, now: start) == [first])
        // The next listing is believed.
        agenda.putBack(first)
        agenda.listingBegan()
        agenda.reconcile(with: [])
        #expect(agenda.takeDue(limit: 5, now: start + .seconds(60)) == [])
    }

    /// An agenda with messages in line for route 0, named by their positions.
    private func agenda(inLine classes: [MessageClass]) throws -> Agenda {
        var agenda = Agenda(start: start)
        for (number, messageClass) in classes.enumerated() {
            let stem = try MessageStem("m\(number)")
            agenda.appeared(stem)
            _ = agenda.takeUnread(limit: 1)
            agenda.line(stem, of: 0, messageClass)
        }
        return agenda
    }

    private func order(_ agenda: Agenda) -> [String] {
        var agenda = agenda
        return Array(
            sequence(state: ()) { _ in agenda.takeFirst(of: 0)?.text }
        )
    }

    @Test("in line urgent mail goes before normal, and new before old")
    func urgentFirst() throws {
        let classes = [(0, true), (0, false), (-3, false), (5, true), (5, false)].map {
            MessageClass(priority: $0.0, isRetry: $0.1, sender: 1)
        }
        #expect(order(try agenda(inLine: classes)) == ["m4", "m3", "m1", "m0", "m2"])
    }

    @Test("in line senders have their turns one after the other: a flood holds up nobody else")
    func fairBetweenSenders() throws {
        let senders: [UInt16] = [1, 1, 1, 1, 2, 3, 3]
        let classes = senders.map { MessageClass(priority: 0, isRetry: false, sender: $0) }
        #expect(order(try agenda(inLine: classes)) == ["m0", "m4", "m5", "m1", "m6", "m2", "m3"])
    }

    @Test("in line nothing starves: every eighth turn is that of the last lane")
    func nothingStarves() throws {
        let classes = (0..<20).map { MessageClass(priority: $0 == 19 ? -9 : 9, isRetry: false, sender: 1) }
        #expect(order(try agenda(inLine: classes)).firstIndex(of: "m19") == 7)
    }

    @Test("a message in line with a time is unread when the time has come, and only once")
    func inLineWithTime() throws {
        var agenda = try agenda(inLine: [ordinary])
        let stem = try MessageStem("m0")
        _ = agenda.takeFirst(of: 0)
        agenda.line(stem, of: 0, ordinary, until: start + .seconds(5))
        agenda.wake(now: start + .seconds(4))
        #expect(agenda.takeUnread(limit: 1) == [])
        agenda.wake(now: start + .seconds(5))
        #expect(agenda.takeUnread(limit: 1) == [stem])
        #expect(agenda.takeFirst(of: 0) == nil)
    }

    @Test("after a change of the routes everything in line is unread again")
    func forgetsRoutes() throws {
        var agenda = try agenda(inLine: [ordinary, ordinary])
        agenda.forgetRoutes()
        #expect(agenda.takeFirst(of: 0) == nil)
        #expect(agenda.takeDue(limit: 5, now: start).count == 2)
    }

    @Test(
        "the counts agree with the places through any sequence of reports",
        arguments: 0..<50 as Range<UInt64>
    )
    func countsAgree(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let stems = try (0..<5).map { try MessageStem("m\($0)") }
        var agenda = Agenda(start: start)
        var now = start
        var inWork: Set<MessageStem> = []
        for _ in 0..<200 {
            let stem = stems[Int.random(in: 0..<stems.count, using: &generator)]
            switch Int.random(in: 0..<14, using: &generator) {
            case 0: agenda.appeared(stem)
            case 1: agenda.touched(stem)
            case 2: agenda.vanished(stem)
            case 3: inWork.formUnion(agenda.takeDue(limit: 2, now: now))
            case 4 where inWork.remove(stem) != nil: agenda.postpone(stem, until: now + .seconds(2))
            case 5 where inWork.remove(stem) != nil: agenda.finish(stem)
            case 6 where inWork.remove(stem) != nil: agenda.putBack(stem)
            case 7 where inWork.remove(stem) != nil:
                agenda.line(stem, of: Int.random(in: 0..<3, using: &generator), ordinary)
            case 8 where inWork.remove(stem) != nil:
                agenda.line(stem, of: 1, ordinary, until: now + .seconds(3))
            case 9: inWork.formUnion([agenda.takeFirst(of: 1)].compactMap { $0 })
            case 10:
                agenda.listingBegan()
                agenda.reconcile(with: Array(stems.prefix(3)))
            case 12: agenda.calendarStepped()
            case 11: agenda.forgetRoutes()
            default: now += .seconds(1)
            }
            #expect(agenda.inWorkCount == inWork.count)
        }
        agenda.forgetRoutes()
        while case let taken = agenda.takeDue(limit: 1, now: now + .seconds(10)), !taken.isEmpty {}
        #expect(agenda.queuedCount == 0)
        #expect(agenda.unreadCount == 0)
        #expect(agenda.lineCounts.allSatisfy { $0 == 0 })
    }
}
