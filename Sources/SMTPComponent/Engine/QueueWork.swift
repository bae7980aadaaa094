// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import Spool
internal import Synchronization

/// How the class puts messages into a queue directory, which it shares with the daemon.
///
/// Everything blocks for as long as the file system takes.
struct QueueWork: Sendable {
    private static let lastSerial = Mutex<Int64>(0)

    /// The directory.
    let directory: QueueDirectory

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
}
