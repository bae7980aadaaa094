// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Foundation
import MailTestKit
import SMTPComponent
import SMTPSink
import Spool
import Testing

/// Messages that wait in a queue directory.
@Suite(.timeLimit(.minutes(1))) struct QueueTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// A component that has queued messages with these subjects.
    private func queued(_ subjects: String..., port: Int) async throws -> SMTP {
        let smtp = ComponentBench.smtp(port: port)
        for subject in subjects {
            smtp.subject = subject
            try await smtp.queue(directory.path)
        }
        return smtp
    }

    private func names(in state: SpoolState) throws -> [String] {
        try directory.names().filter { $0.hasSuffix("." + state.rawValue) }
    }

    @Test("Queue writes one file, returns its name, and sends nothing")
    func M08_queue() async throws {
        let smtp = ComponentBench.smtp(port: 1)
        smtp.mailServer = ""
        smtp.bcc = "secret@example.net"
        smtp.messageDate = "*"
        smtp.messageId = "*"
        smtp.user = "alice"
        smtp.password = "pa55word"
        smtp.messageRecipientOptions[0] = "NOTIFY FAILURE"
        smtp.returnPath = "bounces@app.example"
        let name = try await smtp.queue(directory.path)
        #expect(name.hasSuffix(".queued"))
        #expect(try directory.names() == [name])
        let text = try String(contentsOfFile: directory.file(name), encoding: .utf8)
        let parts = text.split(separator: "\n\n", maxSplits: 1)
        #expect(
            parts[0] == """
                Queue-Version: 1
                Queue-From: <bounces@app.example>
                Queue-To: <b@example.net> NOTIFY=FAILURE
                Queue-To: <secret@example.net>
                """
        )
        // Date and Message-ID are fixed now; who else gets it, the server and the login stand nowhere.
        #expect(parts[1].contains("Date: ") && parts[1].contains("Message-ID: <"))
        #expect(!parts[1].contains("secret"))
        #expect(!text.contains("alice") && !text.contains("pa55word"))
    }

    @Test("Queue needs a sender, a recipient and a directory")
    func queueRefuses() async throws {
        let smtp = SMTP()
        #expect(await ComponentBench.code { try await smtp.queue(directory.path) } == 164)
        smtp.from = "a@app.example"
        #expect(await ComponentBench.code { try await smtp.queue(directory.path) } == 165)
        smtp.sendTo = "b@example.net"
        #expect(await ComponentBench.code { try await smtp.queue(directory.file("missing")) } == 194)
        #expect(
            await ComponentBench.code { try await smtp.queue(try directory.write("x", to: "file")) } == 194
        )
        #expect(try names(in: .queued).isEmpty)
    }

    @Test("ProcessQueue sends what waits, the oldest first, over one connection")
    func M07_processQueue() async throws {
        let receiver = try await MailReceiver.start()
        let smtp = try await queued("one", "two", "three", port: receiver.port)
        let log = EventLog(smtp)
        try await smtp.processQueue(directory.path)
        let subjects = receiver.messages.indices.map { index in
            receiver.header(index).filter { $0.hasPrefix("Subject") }
        }
        #expect(subjects == [["Subject: one"], ["Subject: two"], ["Subject: three"]])
        #expect(receiver.connectionCount == 1)
        #expect(try directory.names().isEmpty)
        #expect(log.trail.contains("C: MAIL FROM:<a@app.example> SIZE=\(receiver.messages[0].byteCount)"))
        #expect(!smtp.connected)
        // An empty queue needs no server.
        await receiver.stop()
        try await smtp.processQueue(directory.path)
    }

    @Test("With KeepQueue the file stays as .sent")
    func C05_keepQueue() async throws {
        let receiver = try await MailReceiver.start()
        let smtp = try await queued("one", port: receiver.port)
        try smtp.config("KeepQueue=yes")
        try await smtp.processQueue(directory.path)
        #expect(try names(in: .sent).count == 1)
        #expect(try names(in: .queued).isEmpty)
        await receiver.stop()
    }

    @Test(
        "A refusal makes that file .failed, and the next one follows; the first refusal is thrown in the end"
    )
    func M07_processQueue_refusal() async throws {
        let receiver = try await MailReceiver.start {
            $0.overrides = [.init(command: "RCPT", containing: "bad", reply: "550 5.1.1 nobody here")]
        }
        let smtp = ComponentBench.smtp(port: receiver.port)
        for address in ["bad@example.net", "good@example.net"] {
            smtp.messageRecipientCount = 0
            smtp.sendTo = address
            try await smtp.queue(directory.path)
        }
        let log = EventLog(smtp)
        let error = await ComponentBench.error { try await smtp.processQueue(directory.path) }
        #expect(error?.code == 161)
        #expect(error?.description.contains("550 5.1.1 nobody here") == true)
        #expect(log.errors == [161])
        #expect(receiver.messages.map(\.recipients) == [["<good@example.net>"]])
        #expect(try names(in: .failed).count == 1)
        #expect(try names(in: .queued).isEmpty)
        await receiver.stop()
    }

    @Test("A lost connection makes the file in work .failed and leaves the rest")
    func M07_processQueue_lostConnection() async throws {
        let receiver = try await MailReceiver.start { $0.dropsAfterContent = true }
        let smtp = try await queued("one", "two", port: receiver.port)
        #expect(await ComponentBench.code { try await smtp.processQueue(directory.path) } == 1120)
        #expect(try names(in: .failed).count == 1)
        #expect(try names(in: .queued).count == 1)
        await receiver.stop()
    }

    @Test("Without a connection all files stay")
    func M07_processQueue_noConnection() async throws {
        let receiver = try await MailReceiver.start()
        let smtp = try await queued("one", "two", port: receiver.port)
        await receiver.stop()
        #expect(await ComponentBench.code { try await smtp.processQueue(directory.path) } != 0)
        #expect(try names(in: .queued).count == 2)
        smtp.mailServer = ""
        #expect(await ComponentBench.code { try await smtp.processQueue(directory.path) } == 163)
    }

    @Test("G5: a directory that another process delivers is left alone")
    func G5_locked() async throws {
        let smtp = try await queued("one", port: 1)
        let queue = try QueueDirectory.open(directory.path)
        let lock = try queue.lock()
        let error = await ComponentBench.error { try await smtp.processQueue(directory.path) }
        #expect(error?.code == 194)
        #expect(error?.description.contains("is being delivered by") == true)
        withExtendedLifetime(lock) {}
    }

    @Test("T7: a file that is no message becomes .failed, and the next one follows")
    func T07_malformedFile() async throws {
        let receiver = try await MailReceiver.start()
        let smtp = try await queued("one", port: receiver.port)
        try directory.write("Queue-To: <b@example.net\r>\n\nSubject: x\n\ny\n", to: "0.queued")
        let log = EventLog(smtp)
        #expect(await ComponentBench.code { try await smtp.processQueue(directory.path) } == 195)
        #expect(try names(in: .failed) == ["0.failed"])
        #expect(receiver.messages.count == 1)
        #expect(log.errors == [195])
        await receiver.stop()
    }

    @Test("ProcessQueue sends what an application has dropped, and an open connection stays open")
    func droppedByHand() async throws {
        let receiver = try await MailReceiver.start()
        let smtp = ComponentBench.smtp(port: receiver.port)
        try directory.write(
            "From: x@app.example\nTo: y@example.net\nBcc: z@example.net\nSubject: by hand\n\nHi.\n",
            to: "1.queued"
        )
        try await smtp.connect()
        try await smtp.processQueue(directory.path)
        #expect(smtp.connected)
        #expect(receiver.messages[0].recipients == ["<y@example.net>", "<z@example.net>"])
        #expect(!receiver.contents[0].contains("z@example.net"))
        try await smtp.disconnect()
        await receiver.stop()
    }

    @Test("Interrupt fails the file in work and leaves the rest")
    func interruptedQueue() async throws {
        let receiver = try await MailReceiver.start { $0.delay = .seconds(30) }
        let smtp = try await queued("one", "two", port: receiver.port)
        smtp.onEndTransfer = { _ in smtp.interrupt() }
        #expect(await ComponentBench.code { try await smtp.processQueue(directory.path) } == 301)
        smtp.onEndTransfer = nil
        #expect(try names(in: .failed).count == 1)
        #expect(try names(in: .queued).count == 1)
        #expect(!smtp.connected)
        await receiver.stop()
    }
}
