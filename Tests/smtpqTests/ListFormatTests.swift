// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import Testing

@testable import Spool
@testable import smtpq

@Suite("A listed message")
struct ListFormatTests {
    private let now = Timestamp(millisecondsSinceEpoch: 1_000_000_000_000)

    private func message(
        state: SpoolState = .queued,
        next: Timestamp? = nil,
        sender: String? = "<app@app.example>",
        recipients: [String] = ["alice@example.net"],
        reason: String? = nil
    ) throws -> MessageSummary {
        MessageSummary(
            stem: try MessageStem("order-1001"),
            state: state,
            fileByteCount: 1234,
            queuedAt: now.adding(.seconds(-200)),
            attempts: 1,
            nextAttempt: next,
            sender: sender,
            recipients: recipients.map { .init(address: $0, state: .deferred, reason: reason) },
            lastReason: reason
        )
    }

    private func line(_ message: MessageSummary, isColoured: Bool = false) -> String {
        MessageLine(for: [message.stem], now: now, palette: Palette(isOn: isColoured)).text(message)
    }

    @Test("is one line under its heading")
    func columns() throws {
        let message = try message(next: now.adding(.seconds(54)), reason: "451 4.7.1 greylisted")
        let lines = MessageLine(for: [message.stem], now: now, palette: Palette(isOn: false))
        #expect(
            lines.heading == "ID          STATE    SIZE   AGE     TRIES  NEXT      FROM → TO (LAST REASON)"
        )
        #expect(
            lines.text(message)
                == "order-1001  queued   1.2K   3min    1      in 54s    app@app.example → alice@example.net (451 4.7.1 greylisted)"
        )
    }

    @Test("that is due says so, one that is not queued has no next attempt")
    func next() throws {
        #expect(line(try message()).contains("  now  "))
        #expect(line(try message(next: now.adding(.seconds(-1)))).contains("  now  "))
        #expect(line(try message(state: .failed)).contains("  -  "))
    }

    @Test("names three recipients and counts the others")
    func recipients() throws {
        let many = (1...5).map { "r\($0)@example.net" }
        #expect(
            line(try message(recipients: many)).hasSuffix(
                "r1@example.net, r2@example.net, r3@example.net and 2 more"
            )
        )
        #expect(line(try message(sender: nil, recipients: [])).hasSuffix("? → ?"))
        #expect(line(try message(sender: "<>")).hasSuffix("<> → alice@example.net"))
    }

    @Test("stays one line whatever a relay said (T2)")
    func T2_controlsAreMadeVisible() throws {
        let text = line(try message(reason: "bad\n\u{1B}[2J\u{85}\u{2028}"))
        #expect(!text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x85 || $0.value == 0x2028 })
    }

    @Test("has colours where they are wanted alone")
    func colours() throws {
        #expect(line(try message(state: .failed), isColoured: true).contains("\u{1B}[31mfailed "))
        #expect(!line(try message(state: .failed)).contains("\u{1B}"))
    }

    @Test("is one JSON object with stable keys")
    func json() throws {
        #expect(
            MessageJSON.value(try message(reason: "no\nline")).text
                == #"{"id":"order-1001","state":"queued","size":1234,"queued":"2001-09-09T01:43:20Z","attempts":1,"next":null,"#
                + #""sender":"app@app.example","recipients":[{"address":"alice@example.net","state":"deferred","#
                + #""reason":"no\nline"}],"reason":"no\nline"}"#
        )
    }

    @Test(
        "has its age in one unit",
        arguments: [
            (0, "0s"), (119, "119s"), (120, "2min"), (7199, "119min"), (7200, "2h"), (172_800, "2d"),
            (-5, "0s"),
        ]
    )
    func ages(seconds: Int64, text: String) {
        #expect(AgeText.text(from: now, to: now.adding(.seconds(seconds))) == text)
    }

    @Test(
        "has its size in few characters",
        arguments: [
            (0, "0"), (1023, "1023"), (1024, "1.0K"), (1234, "1.2K"), (34_816, "34K"), (10 << 20, "10M"),
            (5 << 40, "5120G"),
        ]
    )
    func sizes(byteCount: Int64, text: String) {
        #expect(SizeText.text(byteCount) == text)
    }
}
