// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit

/// One step of a schedule.
///
/// Each makes sense wherever it stands: what cannot be done then does nothing.
enum ModelStep: Hashable, Sendable {
    /// A person's change of the message with this number, modulo the number of messages.
    enum Change: CaseIterable {
        case hold, release, requeue, fail, delete, flush
    }

    /// What a transaction brings.
    enum Answer: CaseIterable {
        /// The relay takes the message for everybody.
        case delivered
        /// Each recipient meets one of the three ends, drawn with the seed.
        case mixed
        /// All are deferred.
        case deferred
        /// The relay takes it, and the connection is lost before its answer.
        case unconfirmed
        /// The connection is lost before any answer.
        case lost
        /// The connection is lost after some answers.
        case cutShort
    }

    case enqueue(recipients: Int, isPostdated: Bool)
    case person(Change, message: Int)
    /// Messages that are due are claimed.
    case claim(limit: Int)
    /// The oldest of the claimed messages is sent.
    case send(Answer, seed: UInt64)
    /// The oldest of the answers is recorded; the file operation of this number fails.
    case record(failingAt: Int?)
    /// The process ends in the midst of recording the oldest answer, before the file operation of this number.
    case kill(at: Int)
    case start
    case stop
    case reload(keepQueue: Bool)
    /// The daemon hears of what has changed.
    case report
    /// What has changed is lost; the directory is listed, and the listing comes back later.
    case beginScan
    case endScan
    case wait(seconds: Int)
    /// The calendar clock is set.
    case setClock(days: Int)

    /// A schedule of any length.
    static func schedule(seed: UInt64, count: Int) -> [ModelStep] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in random(using: &generator) }
    }

    private static func random(using generator: inout SeededGenerator) -> ModelStep {
        func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
        switch number(1...100) {
        case 1...14: return .enqueue(recipients: number(1...3), isPostdated: number(1...8) == 1)
        case 15...29:
            let change = Change.allCases[number(0...(Change.allCases.count - 1))]
            return .person(change, message: number(0...30))
        case 30...46: return .claim(limit: number(1...3))
        case 47...62:
            let answer = Answer.allCases[number(0...(Answer.allCases.count - 1))]
            return .send(answer, seed: UInt64(number(0...1_000_000)))
        case 63...76: return .record(failingAt: number(1...3) == 1 ? number(0...4) : nil)
        case 77...79: return .kill(at: number(0...5))
        case 80...83: return .start
        case 84: return .stop
        case 85: return .reload(keepQueue: number(0...1) == 1)
        case 86...92: return .report
        case 93...94: return .beginScan
        case 95...96: return .endScan
        case 97...99: return .wait(seconds: [1, 60, 600, 7200][number(0...3)])
        default: return .setClock(days: [-365, -1, 1, 365][number(0...3)])
        }
    }
}
