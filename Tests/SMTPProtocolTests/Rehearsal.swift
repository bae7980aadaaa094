// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import MailTestKit
import NIOCore
import SMTPProtocol

/// Plays a ``Dialogue`` against the pure machine: a driver without sockets and clocks.
struct Rehearsal: ~Copyable {
    /// What goes wrong in a rehearsal.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// How the bytes of the server arrive.
    enum Segmentation: CaseIterable {
        case asSent
        case byteByByte
    }

    private let dialogue: Dialogue
    private let segmentation: Segmentation
    private var machine: SessionMachine
    private var output: [UInt8] = []
    private var timer: Duration?
    private var capabilities = Capabilities.none
    private var content: [UInt8] = []
    private var isTLSWanted = false
    private var isClosed = false
    private var requestedCount = 0
    private(set) var replies: [Int?] = []
    private(set) var outcomes: [TransactionOutcome] = []
    private(set) var fault: RelayFault?

    init(_ dialogue: Dialogue, _ segmentation: Segmentation) {
        self.dialogue = dialogue
        self.segmentation = segmentation
        machine = SessionMachine(settings: dialogue.settings)
        isTLSWanted = dialogue.settings.security == .implicitTLS
    }

    /// Plays it to the end.
    mutating func play() throws {
        if !isTLSWanted { try handle(.connected) }
        for (index, step) in dialogue.steps.enumerated() {
            do {
                try play(step)
            } catch let failure as Failure {
                throw Failure(description: "\(dialogue.name), step \(index + 1): \(failure)")
            }
        }
        guard output.isEmpty else { throw Failure(description: "the client went on with \(shown(output))") }
        guard isClosed else { throw Failure(description: "the session is still open") }
    }

    private mutating func play(_ step: DialogueStep) throws {
        switch step {
        case .client(let line):
            let expected = line + Array("\r\n".utf8)
            guard output.starts(with: expected) else {
                throw Failure(description: "the client said \(shown(output)), expected \(shown(expected))")
            }
            output.removeFirst(expected.count)
        case .server(let bytes):
            try expectSilence()
            switch segmentation {
            case .asSent: try handle(.bytesReceived(ByteBuffer(bytes: bytes)))
            case .byteByByte: for byte in bytes { try handle(.bytesReceived(ByteBuffer(bytes: [byte]))) }
            }
        case .tls:
            try expectSilence()
            guard isTLSWanted else { throw Failure(description: "the client does not want TLS") }
            isTLSWanted = false
            try handle(dialogue.settings.security == .implicitTLS ? .connected : .tlsEstablished)
        case .drop:
            try expectSilence()
            try handle(.connectionClosed(nil))
            isClosed = true
        case .wait(let time):
            try expectSilence()
            if let timer, time >= timer { try handle(.phaseTimedOut) }
        }
    }

    private func expectSilence() throws {
        guard output.isEmpty else { throw Failure(description: "the client also said \(shown(output))") }
    }

    private mutating func handle(_ event: SessionEvent) throws {
        for action in machine.handle(event) { try perform(action) }
    }

    private mutating func perform(_ action: SessionAction) throws {
        guard !isClosed else { throw Failure(description: "\(action) after close") }
        switch action {
        case .write(let bytes): output += Array(bytes.readableBytesView)
        case .startTLS: isTLSWanted = true
        case .beginSASL(let mechanism): try beginLogin(mechanism)
        case .continueSASL(let challenge): try continueLogin(challenge)
        case .sendContent: try sendContent(.dotted)
        case .sendChunk: try sendContent(.chunked)
        case .stopContent: break
        case .startTimer(_, let duration): timer = duration
        case .cancelTimer: timer = nil
        case .ready(let facts):
            capabilities = facts.capabilities
            try requestNext()
        case .finishTransaction(let outcome):
            outcomes.append(outcome)
            if !isFailing { try requestNext() }
        case .finishCommand(let result):
            replies.append(try? result.get().code)
            try requestNext()
        case .fail(let fault): self.fault = fault
        case .close: isClosed = true
        }
    }

    /// Whether the session has no future when the current transaction ends.
    private var isFailing: Bool { dialogue.fault != nil && requestedCount == dialogue.messages.count }

    private mutating func requestNext() throws {
        if replies.count < dialogue.commands.count {
            return try handle(.commandRequested(dialogue.commands[replies.count].command))
        }
        guard requestedCount < dialogue.messages.count else { return try handle(.quitRequested) }
        requestedCount += 1
        let message = dialogue.messages[requestedCount - 1]
        content = message.content
        var transaction = message.transaction
        if ContentObstacle(transaction.content, capabilities) != nil,
            let reencoded = try? ContentReencoder.reencode(content)
        {
            content = reencoded
            transaction.content = MemoryContent(reencoded).facts
        }
        try handle(.transactionRequested(transaction))
    }

    private mutating func sendContent(_ framing: ContentFraming) throws {
        var encoder = ContentEncoder(framing: framing)
        var wire = ByteBuffer()
        content.withUnsafeBytes { encoder.encode($0, into: &wire) }
        encoder.finish(into: &wire)
        if framing == .chunked {
            var line = ByteBuffer()
            try CommandEncoder.encode(.chunk(byteCount: wire.readableBytes, isLast: true), into: &line)
            output += Array(line.readableBytesView)
        }
        output += Array(wire.readableBytesView)
        try handle(.contentSent)
    }

    // PLAIN and LOGIN, as the SASL library of the real client speaks them.

    private mutating func beginLogin(_ mechanism: String) throws {
        guard mechanism == "PLAIN" else { return try handle(.saslResponse(nil)) }
        try handle(.saslResponse(Array("\0\(dialogue.user)\0\(dialogue.password)".utf8)))
        try handle(.saslFinished)
    }

    private mutating func continueLogin(_ challenge: [UInt8]) throws {
        let isPassword = challenge.starts(with: Array("Password".utf8))
        try handle(.saslResponse(Array((isPassword ? dialogue.password : dialogue.user).utf8)))
        if isPassword { try handle(.saslFinished) }
    }

    private func shown(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self).debugDescription
    }
}
