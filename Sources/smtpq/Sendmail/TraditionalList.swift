// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import MailMessage
internal import ProgramOutput
internal import Spool
internal import Submission

/// `mailq`: what waits, in the form that people and monitoring programs know from other mailers.
///
/// ```
/// -Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------
/// order-1001*     1234 Tue Nov 24 04:10:03  app@app.example
///              (451 4.7.1 greylisted)
///                                          alice@example.net
///
/// -- 2 Kbytes in 1 Request.
/// ```
///
/// A `*` behind the id says that the message is being sent, a `!` that a person holds it. What was given up does not wait.
enum TraditionalList {
    private static let waiting: [SpoolState: String] = [.queued: " ", .sending: "*", .held: "!"]

    /// Prints it.
    static func run() throws {
        let queue = try QueueOptions.standard().open()
        var count = 0
        var byteCount: Int64 = 0
        do throws(SpoolError) {
            for (stem, state) in try queue.candidates(for: MessageFilter()) where waiting[state] != nil {
                guard let summary = try queue.matching(MessageFilter(), stem, listedAs: state),
                    let mark = waiting[summary.state]
                else { continue }
                if count == 0 {
                    say("-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------")
                }
                count += 1
                byteCount += summary.fileByteCount
                for line in lines(summary, mark: mark) { say(line) }
            }
        } catch {
            throw CommandFailure(managing: error)
        }
        say(footer(count: count, byteCount: byteCount))
    }

    /// One message.
    ///
    /// Pure, but for the time zone.
    static func lines(_ message: MessageSummary, mark: String) -> [String] {
        let id = message.stem.text + mark
        let size = String(message.fileByteCount)
        let sender = message.senderAddress.map { $0.isEmpty ? "MAILER-DAEMON" : $0 } ?? "?"
        var lines = [
            id + padding(11 - id.utf8.count) + " " + padding(8 - size.count) + size + " "
                + time(message.queuedAt) + "  " + PrintableText(sender, limitBytes: 260).string
        ]
        if let reason = message.lastReason {
            lines.append(padding(12) + " (\(PrintableText(reason, limitBytes: 400)))")
        }
        for recipient in message.recipients where recipient.state != .delivered {
            lines.append(padding(41) + PrintableText(recipient.address, limitBytes: 260).string)
        }
        return lines + [""]
    }

    /// The last line.
    ///
    /// Pure.
    static func footer(count: Int, byteCount: Int64) -> String {
        guard count > 0 else { return "Mail queue is empty" }
        return "-- \((byteCount + 1023) / 1024) Kbytes in \(count) Request\(count == 1 ? "" : "s")."
    }

    /// `Tue Nov 24 04:10:03`, in the time zone of the host.
    private static func time(_ timestamp: Timestamp) -> String {
        var seconds = time_t(timestamp.millisecondsSinceEpoch / 1000)
        var parts = tm()
        localtime_r(&seconds, &parts)
        var buffer = [CChar](repeating: 0, count: 64)
        let count = strftime(&buffer, buffer.count, "%a %b %e %H:%M:%S", &parts)
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func padding(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }

    private static func say(_ line: String) { StandardStream.output.writeLine(line) }
}
