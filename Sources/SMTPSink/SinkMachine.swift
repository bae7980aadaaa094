// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore

/// The server's side of one SMTP session, for a sink: what happened goes in, what is to be done comes out.
///
/// All commands of one read are worked off at once (PIPELINING), up to one whose answer has to wait. The state of a
/// transaction is cleared by whatever ends one: EHLO, RSET, the end of a content, and a DATA or BDAT that fails (T15).
/// Memory does not grow with the number or size of chunks (T16), lines are limited in length, and STARTTLS, which is not
/// offered, is refused and changes nothing (T9).
///
/// - SeeAlso: RFC 5321, RFC 2920, RFC 3030
package struct SinkMachine {
    /// What the next bytes are.
    enum Phase {
        /// → content on DATA; → chunk on BDAT; → waiting
        case command
        /// The rest of a line that is too long. → command
        case overlongCommand
        /// → command, waiting after the line of one dot
        case content
        /// → command, waiting after so many bytes
        case chunk(remaining: Int, isLast: Bool)
        /// The bytes of a refused chunk. → command
        case refusedChunk(remaining: Int, reply: String)
        /// Nothing is read before the driver reports. → the phase it interrupted
        case waiting
        /// no exit
        case closed
    }

    /// Longest command line in bytes: RFC 5321 §4.5.3.1.4, with room for the parameters of MAIL and RCPT.
    static let commandByteLimit = 4096
    static let recipientLimit = 1000
    /// What is kept of a content is handed over in pieces of this size, in bytes.
    static let pieceByteCount = 64 << 10

    let options: SinkOptions
    let messageByteLimit: Int?
    let keepsContent: Bool
    var phase = Phase.command
    var input = ByteBuffer()
    /// What follows when the driver reports.
    var pending: [SinkAction] = []
    var isGreeted = false
    var transaction: SinkTransaction?

    /// A session that has not begun.
    package init(options: SinkOptions) {
        self.options = options
        messageByteLimit = options.messageByteLimit
        keepsContent = options.maildir != nil || options.reportsContent
    }

    /// The number of bytes that have arrived and wait for their turn.
    var waitingByteCount: Int { input.readableBytes }

    /// Takes in what happened; returns what is to be done, in order.
    package mutating func handle(_ event: SinkEvent) -> [SinkAction] {
        var actions: [SinkAction] = []
        switch event {
        case .connected:
            answer(
                override("CONNECT", "") ?? "220 \(options.name) ESMTP \(options.product)",
                after: options.commandDelay,
                &actions
            )
        case .bytesReceived(var bytes):
            if input.readableBytes == 0 { input = bytes } else { input.writeBuffer(&bytes) }
        case .paused:
            resume(&actions)
        case .stored(let reply):
            pending = [.reply(reply)]
            resume(&actions)
        }
        advance(&actions)
        return actions
    }

    mutating func resume(_ actions: inout [SinkAction]) {
        guard case .waiting = phase else { return }
        phase = .command
        let next = pending
        pending = []
        perform(next, &actions)
    }

    /// Does what is to be done, and sees what it means for the phase.
    mutating func perform(_ next: [SinkAction], _ actions: inout [SinkAction]) {
        actions += next
        switch next.last {
        case .close: phase = .closed
        case .store, .pause: phase = .waiting
        case .reply, .open, .keep, .discard, nil: break
        }
    }

    /// Gives an answer, now or after a while; a 421 is the last one.
    mutating func answer(_ reply: String, after delay: Duration, _ actions: inout [SinkAction]) {
        let next: [SinkAction] = reply.hasPrefix("421") ? [.reply(reply), .close] : [.reply(reply)]
        wait(delay, then: next, &actions)
    }

    mutating func wait(_ delay: Duration, then next: [SinkAction], _ actions: inout [SinkAction]) {
        guard delay > .zero else { return perform(next, &actions) }
        pending = next
        perform([.pause(delay)], &actions)
    }

    func override(_ command: String, _ line: String) -> String? {
        guard !options.overrides.isEmpty else { return nil }
        return options.overrides.first {
            $0.command == command && ($0.containing.isEmpty || line.contains($0.containing))
        }?.reply
    }
}
