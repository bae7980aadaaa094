// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import DaemonConfiguration
internal import Glibc
internal import MailMessage
internal import NIOCore
internal import ProgramOutput
internal import SMTPSink
internal import Spool
internal import Submission

/// `sendmail -bs`: speaks SMTP on standard input and output, and enqueues what it is given.
///
/// What to answer is decided by ``SinkMachine``; this reads, writes, and puts messages into the queue. What arrives is worked
/// off before more is read, so that memory stays small whatever the client sends.
struct SubmissionSession {
    private static let pieceByteCount = 64 << 10
    /// The size that is offered when the daemon's limit is not known, in bytes.
    private static let standardByteLimit: Int64 = 100 << 20

    private let queue: QueueDirectory
    private var machine: SinkMachine
    private var submission: QueueSubmission?
    /// Why the message that is arriving cannot be enqueued.
    private var problem: SpoolError?
    private var isClosed = false

    /// Speaks until the client ends.
    static func run() throws {
        let location = try QueueOptions.standard().location()
        var session = try SubmissionSession(location)
        Interruption.watch()
        try session.speak()
    }

    private init(_ location: QueueLocation) throws(CommandFailure) {
        do throws(SpoolError) {
            queue = try QueueDirectory.open(location.path)
        } catch {
            throw CommandFailure(enqueueing: error, in: location.path)
        }
        let byteLimit = location.maximumByteCount ?? Self.standardByteLimit
        var options = SinkOptions()
        options.name = HostName.fullyQualified()
        options.product = "smtpqd"
        options.capabilities = [
            "PIPELINING", "SIZE \(byteLimit)", "8BITMIME", "ENHANCEDSTATUSCODES", "SMTPUTF8", "DSN",
            "CHUNKING",
        ]
        options.reportsContent = true
        options.refusal = { SubmissionEnvelope.refusal(of: $1, as: $0) }
        machine = SinkMachine(options: options)
    }

    private mutating func speak() throws(CommandFailure) {
        handle(.connected)
        var piece = [UInt8](repeating: 0, count: Self.pieceByteCount)
        while !isClosed {
            Interruption.waitForInput(STDIN_FILENO)
            guard !Interruption.isRequested else { throw CommandFailure("interrupted", .tryAgain) }
            let count = read(STDIN_FILENO, &piece, piece.count)
            if count == 0 { return }
            guard count > 0 else {
                if errno == EINTR || errno == EAGAIN { continue }
                throw CommandFailure(
                    "cannot read standard input: \(String(cString: strerror(errno)))",
                    .noInput
                )
            }
            handle(.bytesReceived(ByteBuffer(bytes: piece[..<count])))
        }
    }

    private mutating func handle(_ event: SinkEvent) {
        var next: SinkEvent? = event
        while let event = next.take() {
            var replies = ""
            for action in machine.handle(event) {
                switch action {
                case .reply(let line): replies += line + "\r\n"
                case .open(let envelope): begin(envelope)
                case .keep(let bytes): append(bytes)
                case .discard: submission = nil
                case .store: next = .stored(reply: commit())
                case .pause: next = .paused
                case .close: isClosed = true
                }
            }
            Array(replies.utf8).withUnsafeBytes { StandardStream.output.write($0) }
        }
    }

    // MARK: The message that arrives

    private mutating func begin(_ envelope: SinkEnvelope) {
        problem = nil
        attempt { session throws(SpoolError) in
            let block = try SubmissionEnvelope.block(for: envelope)
            session.submission = try QueueSubmission(in: session.queue, envelope: block)
        }
    }

    private mutating func append(_ bytes: ByteBuffer) {
        attempt { session throws(SpoolError) in try session.submission?.write(Array(bytes.readableBytesView))
        }
    }

    /// Enqueues the message; returns the reply.
    private mutating func commit() -> String {
        var reply = ""
        attempt { session throws(SpoolError) in
            try session.submission?.commit()
            reply = "250 2.0.0 queued as \(session.submission?.stem.text ?? "")"
        }
        submission = nil
        guard let problem else { return reply }
        let text = PrintableText(CommandFailure(enqueueing: problem, in: queue.path).summary, limitBytes: 400)
        switch problem.code {
        case .noSpace: return "452 4.3.1 \(text)"
        case .malformed: return "554 5.6.0 \(text)"
        default: return "451 4.3.0 \(text)"
        }
    }

    /// Does something for the message, unless something went wrong with it before.
    private mutating func attempt(_ work: (inout Self) throws(SpoolError) -> Void) {
        guard problem == nil else { return }
        do throws(SpoolError) {
            try work(&self)
        } catch {
            problem = error
            submission = nil
        }
    }
}
