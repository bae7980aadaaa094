// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import NIOCore
import SMTPProtocol

/// A whole session with a server that says what the input says; the first byte chooses what is asked of the session.
///
/// Each part of the input is what the server says before the client speaks again; an empty one is a silence until the
/// timer runs out. Behind the last one the server hangs up.
enum SessionTarget {
    static func run(_ input: [UInt8]) throws(Violation) {
        guard let choice = input.first else { return }
        let turns = input.dropFirst().split(separator: FuzzTarget.separator, omittingEmptySubsequences: false)
            .prefix(64)
        let whole = try log(choice, turns.map { [$0] })
        // What comes behind a reply counts by when it comes; a reply alone does not.
        guard turns.allSatisfy({ $0.isEmpty || isOneReply($0) }) else { return }
        let split = try log(
            choice,
            turns.map { turn in turn.isEmpty ? [turn] : turn.indices.map { turn[$0...$0] } }
        )
        try Violation.unless(split == whole, "a session goes alike however replies are split")
    }

    private static func log(
        _ choice: UInt8,
        _ turns: [[ArraySlice<UInt8>]]
    ) throws(Violation) -> [SessionAction] {
        var run = try SessionRun(choice)
        for pieces in turns {
            for piece in pieces where !run.isClosed {
                try run.take(piece.isEmpty ? .phaseTimedOut : .bytesReceived(ByteBuffer(bytes: piece)))
            }
        }
        if !run.isClosed { try run.take(.connectionClosed(nil)) }
        try run.finish()
        return run.log
    }

    private static func isOneReply(_ turn: ArraySlice<UInt8>) -> Bool {
        var parser = ReplyParser()
        var buffer = ByteBuffer(bytes: turn)
        return (try? parser.parse(&buffer)) != nil && buffer.readableBytes == 0
    }
}
