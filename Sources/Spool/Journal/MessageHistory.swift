// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage

/// What a message's journal says about where it stands: the records, folded.
///
/// Pure.
package struct MessageHistory: Hashable, Sendable {
    /// Attempts that counted, since the message was last queued anew by a person.
    package private(set) var attempts = 0
    /// The time before which no attempt is made.
    package private(set) var nextAttempt: Timestamp?
    /// When ``nextAttempt`` was written: a file touched later is tried at once.
    package private(set) var nextAttemptWritten: Timestamp?
    /// The last line of each recipient, by address.
    package private(set) var recipients: [String: JournalRecord.RecipientLine] = [:]
    /// The last reason why something did not work.
    package private(set) var lastReason: String?
    /// The date that was given to the message.
    package private(set) var givenDate: Timestamp?
    /// When the first attempt was recorded, by the earliest of the clock's readings: after the clock was set back, a message
    /// grows old from then on.
    package private(set) var firstAttempt: Timestamp?
    /// How often a person has queued the message anew.
    package private(set) var requeueCount = 0
    /// Whether the sender was told that the message is late, since it was last queued anew.
    package private(set) var wasReportedLate = false

    /// The history of a message without a journal.
    package init() {}

    /// Folds the records of a journal.
    package init(records: [(time: Timestamp, record: JournalRecord)]) {
        for (time, record) in records { apply(record, at: time) }
    }

    /// When the message was queued: the time of its file, or of the first attempt when that is earlier, for a flush sets the
    /// time of the file.
    func queuedAt(fileTime: Timestamp) -> Timestamp { min(fileTime, firstAttempt ?? fileTime) }

    /// How far the time of a file may lie ahead of the clock and still tell when the file was touched: the time may be
    /// that of another machine's clock.
    private static let clockDifference = Duration.seconds(3600)

    /// The time of the next attempt; nil when it is due whatever was written.
    ///
    /// | the file's time, the time of writing, now | |
    /// |---|---|
    /// | the file was touched since | due: that is how a flush works |
    /// | the file's time lies in the future | says nothing |
    /// | the time of writing lies in the future | due: the clock has been set back since, the time means nothing any more |
    func nextAttempt(fileTime: Timestamp, now: Timestamp) -> Timestamp? {
        guard let nextAttempt, let nextAttemptWritten, nextAttemptWritten <= now else { return nil }
        let isTouched = fileTime > nextAttemptWritten && fileTime <= now.adding(Self.clockDifference)
        return isTouched ? nil : nextAttempt
    }

    /// Whether a recipient was given up.
    package var hasFailedRecipient: Bool { recipients.values.contains { $0.outcome == .failed } }

    /// Whether a recipient has its final answer: it is never tried again.
    package func isFinal(_ address: MailAddress) -> Bool {
        switch recipients[address.description]?.outcome {
        case .delivered, .failed: true
        case .deferred, nil: false
        }
    }

    /// Whether a recipient was answered, finally or not.
    func isAnswered(_ address: MailAddress) -> Bool { recipients[address.description] != nil }

    /// Folds one more record in.
    mutating func apply(_ record: JournalRecord, at time: Timestamp) {
        switch record {
        case .attempt(let number, _, _, _):
            attempts = max(attempts, number)
            firstAttempt = min(firstAttempt ?? time, time)
        case .recipient(let line):
            recipients[line.address] = line
            lastReason = line.outcome == .delivered ? lastReason : line.reason
        case .retry(_, let next):
            nextAttempt = next
            nextAttemptWritten = time
        case .state(let from, let to, let person):
            if to == .queued { nextAttempt = nil }
            if to == .failed { lastReason = "given up by \(person)" }
            if to == .queued, from == .failed || from == .sent { beginAgain(from: from) }
        case .problem(let reason):
            lastReason = reason
        case .date(let date):
            givenDate = givenDate ?? date
        case .report(let action, _):
            if action == "delayed" { wasReportedLate = true }
        }
    }

    /// A person queued the message again.
    ///
    /// After a failure those who were given up are open again, those who have it are not; a message that all
    /// have got is sent to all again.
    private mutating func beginAgain(from state: SpoolState) {
        attempts = 0
        firstAttempt = nil
        requeueCount += 1
        wasReportedLate = false
        recipients = state == .sent ? [:] : recipients.filter { $0.value.outcome == .delivered }
    }
}

extension JournalRecord.RecipientLine {
    /// The reason in one line: `451 4.7.1 greylisted`.
    package var reason: String {
        let head = [code.map(String.init), status].compactMap { $0 }
        return (head + [reply]).joined(separator: " ")
    }
}
