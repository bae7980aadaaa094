// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import SMTPProtocol
internal import Spool
internal import Synchronization

/// What the class does in a queue directory: the files of the spool, shared with the daemon.
///
/// Everything blocks for as long as the file system takes.
struct QueueWork: Sendable {
    private static let pieceByteCount = 128 << 10

    private static let lastSerial = Mutex<Int64>(0)

    private let directory: QueueDirectory

    /// Opens the directory, which must exist.
    init(path: String) throws(SMTPError) {
        do throws(SpoolError) {
            directory = try QueueDirectory.open(path)
        } catch {
            throw SMTPError(opening: error)
        }
    }

    /// Puts a message into the queue.
    ///
    /// - Returns: the name of its file. The message survives a power cut then.
    func add(_ message: OutgoingMessage, now: Timestamp) throws(SMTPError) -> String {
        do throws(SpoolError) {
            let envelope = QueueFileEnvelope(sender: message.sender, recipients: message.recipients)
            let stem = try MessageStem("\(Self.serial(at: now))-\(MessageStem.random())")
            let submission = try QueueSubmission(in: directory, envelope: envelope, stem: stem)
            try submission.write(message.content)
            try submission.commit()
            return SpoolFileName.message(submission.stem, .queued).text
        } catch {
            throw SMTPError(error)
        }
    }

    /// What a name begins with: the time, so that the oldest name is that of the oldest message, and never the same twice.
    private static func serial(at now: Timestamp) -> Int64 {
        lastSerial.withLock { last in
            last = max(last + 1, now.millisecondsSinceEpoch)
            return last
        }
    }

    /// Takes the directory for this process alone, and puts right what an earlier one has left.
    ///
    /// - Returns: the lock, and the messages that wait, the oldest name first.
    func begin(keepQueue: Bool) throws(SMTPError) -> (lock: QueueLock, stems: [MessageStem]) {
        do throws(SpoolError) {
            let lock = try directory.lock()
            _ = try directory.recover(keepQueue: keepQueue, now: .now())
            return (lock, try directory.listing().stems(in: .queued).sorted())
        } catch {
            throw SMTPError(error)
        }
    }

    /// Claims a message, and looks at its content.
    ///
    /// - Returns: nil when it is not to be sent now: its time has not come, it is being written, or it is gone.
    /// - Throws: 195 when it is no message and is `.failed` now, or must not be touched.
    func claim(
        _ stem: MessageStem
    ) throws(SMTPError) -> (message: ClaimedMessage, facts: ContentFacts, textOffset: Int64)? {
        let claimed: ClaimedMessage
        do throws(ClaimError) {
            claimed = try directory.claim(stem, now: .now(), maxMessageBytes: .max)
        } catch {
            switch error {
            case .stillWritten, .vanished, .notDueBefore, .postdated: return nil
            case .hostile(let error), .malformed(let error), .host(let error): throw SMTPError(error)
            }
        }
        do throws(SpoolError) {
            let offset = try Self.textOffset(of: claimed.content)
            return (claimed, try Self.scan(claimed.content), offset)
        } catch {
            try resolve(claimed, as: .failed(lines: [.problem(error.summary)]))
            throw SMTPError(error)
        }
    }

    /// Brings a claimed message to its end.
    func resolve(_ message: ClaimedMessage, as resolution: Resolution) throws(SMTPError) {
        do throws(SpoolError) {
            try directory.resolve(message, as: resolution)
        } catch {
            throw SMTPError(error)
        }
    }

    /// Where the text begins; of a header longer than a piece the rest counts as text.
    private static func textOffset(of content: MessageContent) throws(SpoolError) -> Int64 {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceByteCount, alignment: 16)
        defer { buffer.deallocate() }
        let count = try content.read(at: 0, into: buffer)
        return Int64(HeaderBlock(parsing: Array(buffer[..<count])).bodyOffset)
    }

    private static func scan(_ content: MessageContent) throws(SpoolError) -> ContentFacts {
        var scanner = ContentScanner()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceByteCount, alignment: 16)
        defer { buffer.deallocate() }
        var offset: Int64 = 0
        while case let count = try content.read(at: offset, into: buffer), count > 0 {
            scanner.scan(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            offset += Int64(count)
        }
        return scanner.finish()
    }
}
