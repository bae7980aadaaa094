// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Foundation
import MailMessage
import MailTestKit
import SMTPProtocol
import Spool
import Testing

@testable import Delivery

@Suite("Report writer")
struct ReportWriterTests {
    private let directory: TemporaryDirectory
    private let queue: QueueDirectory

    init() throws {
        directory = try TemporaryDirectory()
        queue = try QueueDirectory.open(directory.path)
    }

    private static let header = """
        From: App <app@app.example>
        Date: Tue, 24 Nov 2026 04:10:03 +0000
        Message-ID: <1@app.example>
        Subject: Your order

        """

    /// Claims a message and writes a report on it.
    ///
    /// Returns the report as it stands in the queue, and what it is in lines.
    private func report(
        _ message: [UInt8],
        sender: String = "<app@app.example>",
        recipient: String = "<bob@example.org>",
        change: (ClaimedMessage) throws -> Void = { _ in }
    ) throws -> String {
        let stem = try MessageStem("order-1001")
        let block = "Queue-From: \(sender)\nQueue-To: \(recipient)\n\n"
        try Data(Array(block.utf8) + message).write(
            to: URL(fileURLWithPath: directory.file("order-1001.queued"))
        )
        let claimed = try queue.claim(stem, now: .now().adding(.seconds(60)), maxMessageBytes: 1 << 30)
        try change(claimed)
        let report = try #require(
            try ReportSamples.reports(
                [ReportSamples.answer(recipient)],
                subject: ReportSubject(claimed, expiry: ReportSamples.now)
            ).first
        )
        try ReportWriter(queue).write([report], on: claimed)
        let data = try Data(contentsOf: URL(fileURLWithPath: directory.file("\(report.stem).queued")))
        return String(decoding: data, as: UTF8.self)
    }

    @Test("a report is from nobody to the sender, who gets no report on it")
    func envelope() throws {
        let text = try report(Array((Self.header + "\nText\n").utf8))
        #expect(
            text.hasPrefix(
                "Queue-Version: 1\nQueue-From: <>\nQueue-To: <app@app.example> NOTIFY=NEVER\n\nDate: "
            )
        )
        for line in [
            "From: Mail Delivery System <MAILER-DAEMON@app1.example.com>", "To: app@app.example",
            "Auto-Submitted: auto-replied", "Subject: Your message could not be delivered",
            "Content-Type: multipart/report; report-type=delivery-status;",
            "Content-Type: message/delivery-status",
        ] {
            #expect(text.contains("\r\n\(line)\r\n"), "\(line)")
        }
    }

    @Test("RET decides what is returned, the header without it", arguments: ["", "RET=HDRS", "RET=FULL"])
    func returned(_ ret: String) throws {
        let text = try report(Array((Self.header + "\nThe text\n").utf8), sender: "<app@app.example> \(ret)")
        #expect(text.contains("Subject: Your order"))
        #expect(text.contains("The text") == (ret == "RET=FULL"))
        #expect(text.contains("message/rfc822\r\n") == (ret == "RET=FULL"))
        #expect(text.contains("text/rfc822-headers\r\n") == (ret != "RET=FULL"))
    }

    @Test("of a message that is too large, or needs BINARYMIME, the header is returned")
    func notWhole() throws {
        let large = [UInt8](repeating: UInt8(ascii: "x"), count: Int(ReturnedContent.contentLimit) + 1)
        for body in [large, [0], [UInt8](repeating: UInt8(ascii: "y"), count: 999)] {
            let text = try report(
                Array((Self.header + "\n").utf8) + body,
                sender: "<app@app.example> RET=FULL"
            )
            #expect(text.contains("text/rfc822-headers\r\n"))
            #expect(text.utf8.count < 4000)
            for name in try directory.names() {
                try FileManager.default.removeItem(atPath: directory.file(name))
            }
        }
    }

    @Test("a message that demands TLS is reported on under the same demand, without its text")
    func requiresTLS() throws {
        let text = try report(
            Array((Self.header + "\nThe text\n").utf8),
            sender: "<app@app.example> RET=FULL REQUIRETLS"
        )
        #expect(text.contains("Queue-From: <> REQUIRETLS\n"))
        #expect(!text.contains("The text"))
    }

    @Test("mail beyond ASCII is reported on in the forms of RFC 6533")
    func internationalised() throws {
        let whole = try report(
            Array((Self.header + "\nText\n").utf8),
            sender: "<app@app.example> RET=FULL SMTPUTF8",
            recipient: "<bärbel@example.org>"
        )
        #expect(whole.contains("message/global-delivery-status\r\nContent-Transfer-Encoding: 8bit"))
        #expect(whole.contains("message/global\r\n"))
        #expect(whole.contains("Final-Recipient: utf-8; bärbel@example.org"))
    }

    @Test("a header in UTF-8 is returned as it is, one that is not legal is encoded")
    func awkwardHeaders() throws {
        let utf8 = try report(Array("Subject: Grüße\nFrom: a@b.example\n\nx\n".utf8))
        #expect(utf8.contains("message/global-headers\r\n"))
        #expect(utf8.contains("Subject: Grüße"))
        for name in try directory.names() { try FileManager.default.removeItem(atPath: directory.file(name)) }
        let latin1 = try report(
            Array("Subject: Gr".utf8) + [0xFC, 0xDF] + Array("e\nFrom: a@b.example\n\nx\n".utf8)
        )
        #expect(latin1.contains("text/rfc822-headers\r\nContent-Transfer-Encoding: quoted-printable"))
        #expect(latin1.contains("Subject: Gr=FC=DFe"))
        #expect(latin1.utf8.allSatisfy { $0 < 0x80 })
    }

    @Test("made anew after a crash, a report is found in the queue, in whatever state, and not made twice")
    func idempotent() throws {
        try Data(".left by a crash".utf8).write(to: URL(fileURLWithPath: directory.file(".0123.new")))
        let text = try report(Array((Self.header + "\nText\n").utf8))
        let claimed = try directory.names()
        let name = try #require(claimed.first { $0.hasSuffix(".queued") })
        for state in SpoolState.allCases {
            let stem = String(name.dropLast(".queued".count))
            let present = directory.file("\(stem).\(state.rawValue)")
            let standing = try #require(try directory.names().first { $0.hasPrefix(stem) })
            if directory.file(standing) != present {
                try FileManager.default.moveItem(atPath: directory.file(standing), toPath: present)
            }
            try FileManager.default.moveItem(
                atPath: directory.file("order-1001.sending"),
                toPath: directory.file("order-1001.queued")
            )
            _ = try? report(Array((Self.header + "\nText\n").utf8))
            #expect(try directory.names().filter { $0.hasPrefix(stem) } == ["\(stem).\(state.rawValue)"])
        }
        #expect(text.contains("order-1001"))
    }

    @Test("a report that is sent already is not made again when recording its message is tried a second time")
    func sentMeanwhile() throws {
        var claimed: ClaimedMessage?
        _ = try report(Array((Self.header + "\nText\n").utf8)) { claimed = $0 }
        let message = try #require(claimed)
        for stem in try queue.listing().stems(in: .queued) { try queue.delete(stem) }
        let again = try ReportSamples.reports(
            [ReportSamples.answer("<bob@example.org>")],
            subject: ReportSubject(message, expiry: ReportSamples.now)
        )
        try ReportWriter(queue).write(again, on: message)
        #expect(try queue.listing().stems(in: .queued) == [])
    }

    @Test(
        "of a message that cannot be read to its end any more the header is returned",
        arguments: [0, 100_000]
    )
    func cutShort(length: UInt64) throws {
        let body = [UInt8](repeating: UInt8(ascii: "\n"), count: 200_000)
        let text = try report(Array((Self.header + "\n").utf8) + body, sender: "<a@b.example> RET=FULL") {
            _ in
            let handle = try FileHandle(
                forWritingTo: URL(fileURLWithPath: directory.file("order-1001.sending"))
            )
            try handle.truncate(atOffset: length)
        }
        #expect(text.contains("text/rfc822-headers\r\n"))
        #expect(text.contains("Subject: Your order"))
    }
}
