// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Glibc
import MailMessage
import MailTestKit

@testable import Delivery
@testable import Spool

/// A queue directory, a daemon that comes and goes, people, a relay, two clocks; and beside each message what must be true of it.
final class ModelWorld {
    private let directory: TemporaryDirectory
    private let queue: QueueDirectory
    private var daemon: ModelDaemon?
    private var messages: [ModelMessage] = []
    private var keepQueue = false
    private var calendar = Timestamp(millisecondsSinceEpoch: 1_800_000_000_000)
    private var running = ContinuousClock.now
    private var generator = SeededGenerator(seed: 1)
    /// The queued files, as they were after the last step.
    private var queued: Set<MessageStem> = []
    private let mistake: FaultyStore.Mistake?

    /// A world in order; `mistake` is what the spool does wrong, for a look at what this notices.
    init(mistake: FaultyStore.Mistake? = nil) throws {
        self.mistake = mistake
        directory = try TemporaryDirectory(inMemory: true)
        queue = try QueueDirectory.open(directory.path)
        try start()
    }

    /// Performs a schedule, then puts everything in order: all that was not deleted must come to its end.
    func run(_ steps: [ModelStep]) throws {
        for step in steps {
            try perform(step)
            try check()
        }
        try settle()
    }

    private func perform(_ step: ModelStep) throws {
        calendar = calendar.adding(.milliseconds(10))
        running += .milliseconds(10)
        switch step {
        case .enqueue(let count, let isPostdated): try enqueue(count, isPostdated: isPostdated)
        case .person(let change, let number):
            if !messages.isEmpty { try person(change, number % messages.count) }
        case .claim(let limit): try claim(limit)
        case .send(let answer, let seed): try send(answer, seed)
        case .record(let operation): try record(failingAt: operation)
        case .kill(let operation): try kill(at: operation)
        case .start: if daemon == nil { try start() }
        case .stop: try stop()
        case .reload(let keepQueue): self.keepQueue = keepQueue
        case .report: daemon?.hear()
        case .beginScan: try beginScan()
        case .endScan: daemon?.endScan()
        case .wait(let seconds):
            calendar = calendar.adding(.seconds(seconds))
            running += .seconds(seconds)
        case .setClock(let days): setClock(calendar.adding(.seconds(days * 86400)))
        }
    }

    // MARK: People

    private func enqueue(_ count: Int, isPostdated: Bool) throws {
        let stem = try MessageStem("m\(messages.count)")
        let recipients = (0..<count).map { "r\($0)@example.net" }
        var envelope = QueueFileEnvelope()
        envelope.sender = try EnvelopeSender(parsing: "<app@app.example>")
        envelope.recipients = try recipients.map { try EnvelopeRecipient(parsing: $0) }
        envelope.after = isPostdated ? calendar.adding(.seconds(3600)) : nil
        let submission = try QueueSubmission(in: queue, envelope: envelope, stem: stem)
        try submission.write(Array("Subject: x\nDate: x\nMessage-ID: <x@app.example>\n\nx\n".utf8))
        try submission.commit()
        setTime(of: stem)
        messages.append(ModelMessage(stem, recipients: recipients, postdatedUntil: envelope.after))
    }

    /// The files know the time of this world.
    private func setTime(of stem: MessageStem) {
        let milliseconds = Int(calendar.millisecondsSinceEpoch)
        let time = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
        utimensat(AT_FDCWD, directory.file("\(stem).queued"), [time, time], AT_SYMLINK_NOFOLLOW)
    }

    private func person(_ change: ModelStep.Change, _ index: Int) throws {
        let stem = messages[index].stem
        let state = messages[index].state
        let (from, to, act): (Set<SpoolState?>, SpoolState?, () throws(SpoolError) -> Void) =
            switch change {
            case .hold: ([.queued], .held, { () throws(SpoolError) in try self.queue.hold(stem) })
            case .release: ([.held], .queued, { () throws(SpoolError) in try self.queue.release(stem) })
            case .requeue:
                ([.failed, .sent, .held], .queued, { () throws(SpoolError) in try self.queue.requeue(stem) })
            case .fail:
                (
                    [.queued, .held], .failed,
                    { () throws(SpoolError) in
                        var silent = ReportDesk(nil)
                        try self.queue.giveUp(stem, reporting: &silent)
                    }
                )
            case .delete:
                (
                    [.queued, .sent, .failed, .held], nil,
                    { () throws(SpoolError) in try self.queue.delete(stem) }
                )
            case .flush: ([.queued], .queued, { () throws(SpoolError) in try self.queue.touch(stem) })
            }
        do throws(SpoolError) {
            try act()
        } catch {
            guard !from.contains(state) else { throw Divergence("\(stem): cannot \(change): \(error)") }
            return
        }
        guard from.contains(state) else { throw Divergence("\(stem): \(change) of what is \(name(state))") }
        messages[index].mayBe = [to]
        messages[index].isDeleted = change == .delete
        if change != .hold { messages[index].notBefore = nil }
        if state == .sent, change == .requeue {
            for recipient in messages[index].recipients { messages[index].mayRepeat(recipient) }
        }
        if change == .flush {
            setTime(of: stem)
            daemon?.unheard.append(.touched(stem))
        }
    }

    private func setClock(_ time: Timestamp) {
        calendar = time
        daemon?.clockWasSet()
        for index in messages.indices { messages[index].notBefore = nil }
    }

    // MARK: The daemon

    private func start() throws {
        for round in 1...2 {
            let report = try queue.recover(keepQueue: keepQueue, now: calendar)
            guard report.problems.isEmpty, round == 1 || report == RecoveryReport() else {
                throw Divergence("recovery \(round): \(report)")
            }
        }
        for index in messages.indices where messages[index].mayBe.contains(.sending) {
            messages[index].mayBe = [.queued, .failed, .sent, nil]
        }
        daemon = ModelDaemon(agenda: Agenda(start: running))
        daemon?.agenda.reconcile(with: try queue.listing().stems(in: .queued).sorted())
    }

    private func beginScan() throws {
        guard daemon != nil, daemon?.listing == nil else { return }
        daemon?.unheard = []
        daemon?.agenda.listingBegan()
        daemon?.listing = try queue.listing().stems(in: .queued).sorted()
    }

    private func claim(_ limit: Int) throws {
        for stem in daemon?.agenda.takeDue(limit: limit, now: running) ?? [] {
            let index = try index(of: stem)
            let result = Result { () throws(ClaimError) in
                try queue.claim(stem, now: calendar, maxMessageBytes: 1 << 20)
            }
            switch result {
            case .success(let message): try claimed(message, index)
            case .failure(.vanished):
                guard messages[index].state != .queued else { throw Divergence("\(stem): not found") }
                daemon?.agenda.finish(stem)
            case .failure(.notDueBefore(let time)):
                daemon?.agenda.postpone(stem, until: instant(of: time))
            case .failure(.postdated(let time)):
                daemon?.agenda.postpone(stem, until: instant(of: time), by: .calendar)
            case .failure(let error): throw Divergence("\(stem): not claimed: \(error)")
            }
        }
    }

    private func claimed(_ message: ClaimedMessage, _ index: Int) throws {
        let model = messages[index]
        guard model.state == .queued else {
            throw Divergence("\(model.stem): claimed while it is \(name(model.state))")
        }
        if let time = [model.notBefore, model.postdatedUntil].compactMap({ $0 }).max(), calendar < time {
            throw Divergence("\(model.stem): claimed before its time")
        }
        messages[index].mayBe = [.sending]
        messages[index].notBefore = nil
        let verdict = rules.verdictWithoutAttempt(
            on: MessageFacts(message),
            open: message.openRecipients,
            now: calendar
        )
        if let verdict {
            answered(message, verdict.resolution)
        } else {
            daemon?.claimed.append(message)
        }
    }

    private var rules: ResolutionRules { ResolutionRules(retry: .standard, keepQueue: keepQueue) }

    private func send(_ answer: ModelStep.Answer, _ seed: UInt64) throws {
        guard let message = daemon?.claimed.first else { return }
        daemon?.claimed.removeFirst()
        let index = try index(of: message.stem)
        var choices = SeededGenerator(seed: seed)
        let (result, taken, isUnconfirmed) = ModelDaemon.send(message, answer, using: &choices)
        for recipient in taken.map(\.address.description) {
            try messages[index].take(recipient)
            if isUnconfirmed { messages[index].mayRepeat(recipient) }
        }
        let facts = MessageFacts(message)
        let verdict = rules.verdict(on: [result], of: facts, now: calendar, using: &generator)
        answered(message, verdict.resolution, verdict.nextAttempt, isStillDue: verdict.isStillDue)
    }

    private func answered(
        _ message: ClaimedMessage,
        _ resolution: Resolution,
        _ next: Timestamp? = nil,
        isStillDue: Bool = false
    ) {
        daemon?.answered.append(
            .init(
                message: message,
                resolution: resolution,
                decided: calendar,
                due: next.map(instant(of:)),
                notBefore: isStillDue ? nil : next,
                isStillDue: isStillDue
            )
        )
    }

    /// Performs the file operations of the oldest answer, as the queue directory does.
    private func perform(_ item: ModelDaemon.Answered, failingAt operation: Int?) throws {
        let index = try index(of: item.message.stem)
        let next: SpoolState? =
            switch item.resolution {
            case .delivered(_, let keep): keep ? .sent : nil
            case .failed: .failed
            case .retry, .untouched: .queued
            }
        // An earlier try may have come so far that the message is in a person's hands since.
        let isOurs = messages[index].state == .sending
        if isOurs { messages[index].mayBe.insert(next) }
        let store = FaultyStore(queue, failingAt: operation, mistake: mistake)
        let results = queue.resolve(
            [(item.message, item.resolution, decided: item.decided)],
            by: PlanRunner(store)
        )
        for result in results { try result.get() }
        guard isOurs else { return }
        messages[index].mayBe = [next]
        messages[index].notBefore = item.notBefore
    }

    private func record(failingAt operation: Int?) throws {
        guard let item = daemon?.answered.first else { return }
        let stem = item.message.stem
        do {
            try perform(item, failingAt: operation)
        } catch let error as SpoolError {
            if error.code == .notFound {
                // The state was changed by an earlier try, which then failed; a person may have changed it again.
                daemon?.answered.removeFirst()
                daemon?.agenda.putLast(stem)
            } else if operation == nil {
                throw Divergence("\(stem): not recorded: \(error)")
            }
            return
        }
        daemon?.answered.removeFirst()
        switch item.resolution {
        case .delivered, .failed: daemon?.agenda.finish(stem)
        case .retry where item.isStillDue:
            let messageClass = MessageClass(priority: 0, isRetry: true, sender: 0)
            daemon?.agenda.line(stem, of: 0, messageClass, first: true, until: item.due)
        case .retry: daemon?.agenda.postpone(stem, until: item.due ?? running)
        case .untouched: daemon?.agenda.putBack(stem)
        }
    }

    private func kill(at operation: Int) throws {
        guard let daemon else { return }
        for item in daemon.answered {
            let index = try index(of: item.message.stem)
            for recipient in item.message.openRecipients {
                messages[index].mayRepeat(recipient.address.description)
            }
        }
        if let item = daemon.answered.first {
            do { try perform(item, failingAt: operation) } catch is SpoolError {}
        }
        self.daemon = nil
        for index in messages.indices { messages[index].notBefore = nil }
    }

    private func stop() throws {
        while let message = daemon?.claimed.popLast() { answered(message, .untouched) }
        while daemon?.answered.isEmpty == false { try record(failingAt: nil) }
        daemon = nil
    }

    // MARK: What must hold

    private func index(of stem: MessageStem) throws(Divergence) -> Int {
        guard let index = messages.firstIndex(where: { $0.stem == stem }) else {
            throw Divergence("\(stem): nobody has dropped it")
        }
        return index
    }

    private func instant(of time: Timestamp) -> ContinuousClock.Instant {
        running + .milliseconds(max(0, time.millisecondsSinceEpoch - calendar.millisecondsSinceEpoch))
    }

    private func name(_ state: SpoolState?) -> String { state?.rawValue ?? "gone" }

    /// Compares the directory with the model, and lets the daemon hear of what has changed.
    private func check() throws {
        let listing = try queue.listing()
        let found = Dictionary(grouping: listing.messages, by: \.stem)
        for index in messages.indices {
            let model = messages[index]
            let states = found[model.stem, default: []].map(\.state)
            guard states.count <= 1 else { throw Divergence("\(model.stem): has the states \(states)") }
            guard model.mayBe.contains(states.first) else {
                let expected = model.mayBe.map(name).sorted().joined(separator: " or ")
                throw Divergence("\(model.stem): is \(name(states.first)), not \(expected)")
            }
            messages[index].mayBe = [states.first]
            if states.isEmpty, !model.isDeleted, !model.isTakenByAll {
                throw Divergence("\(model.stem): lost")
            }
            if states.first == .failed || states.first == .sent {
                try checkEnd(model, states.first == .failed)
            }
        }
        let now = Set(listing.stems(in: .queued))
        daemon?.unheard += queued.subtracting(now).sorted().map(QueueChange.vanished)
        daemon?.unheard += now.subtracting(queued).sorted().map(QueueChange.appeared)
        queued = now
    }

    /// Of a message at its end the journal knows what became of everybody.
    private func checkEnd(_ model: ModelMessage, _ isFailed: Bool) throws {
        let history = try queue.history(of: model.stem).history
        guard try model.recipients.allSatisfy({ history.isFinal(try MailAddress($0)) }),
            history.hasFailedRecipient == isFailed
        else { throw Divergence("\(model.stem): \(isFailed ? "failed" : "sent") without an answer for each") }
    }

    /// The relay is in order, the disk is, nobody interferes, and time passes.
    private func settle() throws {
        if daemon == nil { try start() }
        daemon?.endScan()
        for index in messages.indices where messages[index].state == .held { try person(.release, index) }
        setClock(messages.compactMap(\.postdatedUntil).reduce(calendar, max))
        for _ in 0..<8 {
            try check()
            daemon?.hear()
            try perform(.wait(seconds: 5 * 3600))
            try claim(.max)
            while daemon?.claimed.isEmpty == false { try perform(.send(.delivered, seed: 0)) }
            while daemon?.answered.isEmpty == false { try record(failingAt: nil) }
        }
        try check()
        for model in messages where model.state == .queued || model.state == .sending {
            throw Divergence("\(model.stem): still \(name(model.state)) when all is in order")
        }
        try stop()
        try start()
        let journals = try queue.listing().names.filter { if case .journal = $0 { true } else { false } }
        for case .journal(let stem) in journals where messages[try index(of: stem)].state == nil {
            throw Divergence("\(stem): its journal is left")
        }
    }
}
