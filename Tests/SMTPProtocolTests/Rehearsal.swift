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
    enum Segmentation {
        case asSent
        case byteByByte
        /// In two pieces where so many bytes of all that the server says have arrived, otherwise as sent.
        case cut(after: Int)
    }

    private let dialogue: Dialogue
    private let segmentation: Segmentation
    private var machine: SessionMachine
    private var output: [UInt8] = []
    private var timer: Duration?
    private var capabilities = Capabilities.none
    private var contents: [[UInt8]] = []
    private var receivedByteCount = 0
    private var isTLSWanted = false
    private var isClosed = false
    private var isNextWanted = false
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
            for piece in pieces(of: bytes) { try handle(.bytesReceived(ByteBuffer(bytes: piece))) }
            receivedByteCount += bytes.count
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

    private func pieces(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        switch segmentation {
        case .asSent: return [bytes[...]]
        case .byteByByte: return bytes.indices.map { bytes[$0...$0] }
        case .cut(let position):
            let index = position - receivedByteCount
            return bytes.indices.contains(index) ? [bytes[..<index], bytes[index...]] : [bytes[...]]
        }
    }

    private mutating func handle(_ event: SessionEvent) throws {
        try performAll(of: event)
        while isNextWanted {
            isNextWanted = false
            try requestNext()
        }
    }

    private mutating func performAll(of event: SessionEvent) throws {
        for action in machine.handle(event) { try perform(action) }
    }

    private mutating func perform(_ action: SessionAction) throws {
        if isClosed {
            guard case .finishTransaction = action else {
                throw Failure(description: "\(action) after close")
            }
        }
        switch action {
        case .write(let bytes): output += Array(bytes.readableBytesView)
        case .startTLS: isTLSWanted = true
        case .beginSASL(let mechanism): try beginLogin(mechanism)
        case .continueSASL(let challenge): try continueLogin(challenge)
        case .sendContent(let place): try sendContent(.dotted, contents[place])
        case .sendChunk(let place): try sendContent(.chunked, contents[place])
        case .stopContent, .avoidOverlap: break
        case .startTimer(_, let duration): timer = duration
        case .cancelTimer: timer = nil
        case .ready(let facts):
            capabilities = facts.capabilities
            isNextWanted = true
        case .finishTransaction(let outcome):
            outcomes.append(outcome)
            isNextWanted = true
        case .finishCommand(let result):
            replies.append(try? result.get().code)
            isNextWanted = true
        case .fail(let fault): self.fault = fault
        case .close: isClosed = true
        }
    }

    /// Asks for what is next: a command, as many messages as are to be in hand, the end.
    private mutating func requestNext() throws {
        if replies.count < dialogue.commands.count {
            return try performAll(of: .commandRequested(dialogue.commands[replies.count].command))
        }
        while contents.count < min(dialogue.messages.count, outcomes.count + dialogue.inHand) {
            try request(dialogue.messages[contents.count])
        }
        if outcomes.count == dialogue.messages.count, dialogue.fault == nil || dialogue.messages.isEmpty {
            try performAll(of: .quitRequested)
        }
    }

    private mutating func request(_ message: Dialogue.Message) throws {
        var content = message.content
        var transaction = message.transaction
        if ContentObstacle(transaction.content, capabilities) != nil,
            let reencoded = try? ContentReencoder.reencode(content)
        {
            content = reencoded
            transaction.content = MemoryContent(reencoded).facts
        }
        contents.append(content)
        try performAll(of: .transactionRequested(transaction))
    }

    private mutating func sendContent(_ framing: ContentFraming, _ content: [UInt8]) throws {
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
        try performAll(of: .contentSent)
    }

    // PLAIN and LOGIN, as the SASL library of the real client speaks them.

    private mutating func beginLogin(_ mechanism: String) throws {
        guard mechanism == "PLAIN" else { return try performAll(of: .saslResponse(nil)) }
        try performAll(of: .saslResponse(Array("\0\(dialogue.user)\0\(dialogue.password)".utf8)))
        try performAll(of: .saslFinished)
    }

    private mutating func continueLogin(_ challenge: [UInt8]) throws {
        let isPassword = challenge.starts(with: Array("Password".utf8))
        try performAll(of: .saslResponse(Array((isPassword ? dialogue.password : dialogue.user).utf8)))
        if isPassword { try performAll(of: .saslFinished) }
    }

    private func shown(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self).debugDescription
    }
}
