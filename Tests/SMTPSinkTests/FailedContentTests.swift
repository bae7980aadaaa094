// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Testing

@testable import SMTPSink

/// T15: whatever becomes of a DATA or BDAT, nothing of its transaction is left for the next one.
@Suite struct FailedContentTests {
    private static let mail = "MAIL FROM:<a@app.example>\r\nRCPT TO:<old@example.net>\r\n"

    @Test(
        "T15: after a DATA or BDAT that failed there is neither sender nor recipient",
        arguments: [
            mail + "DATA now\r\n",
            mail + "DATA\r\na\nb\r\n.\r\n",
            mail + "BDAT 4 LAST\r\na\nb\r",
            mail + "BDAT 3\r\na\nb",
            mail + "BDAT 3\r\na\nbBDAT 3 LAST\r\nc\r\n",
            "MAIL FROM:<a@app.example>\r\nDATA\r\n",
            "MAIL FROM:<a@app.example>\r\nBDAT 3 LAST\r\na\r\n",
            "MAIL FROM:<a@app.example>\r\nBDAT 0 LAST\r\n",
            mail + "BDAT 3\r\na\r\nDATA\r\n",
            mail + "BDAT 12 LAST\r\nmore than 9\r",
            mail + "DATA\r\nmore than 9\r\n.\r\n",
            mail + "BDAT 3\r\na\r\nRSET\r\n",
            mail + "BDAT 3\r\na\r\nEHLO again.example\r\n",
        ]
    )
    func T15_stateIsCleared(failing: String) {
        var session = SinkSession.greeted { $0.capabilities = ["PIPELINING", "CHUNKING", "SIZE 9"] }
        _ = session.send(failing)
        #expect(session.messages.isEmpty)
        #expect(session.codes("RCPT TO:<new@example.net>") == ["503"])
        #expect(session.codes("DATA") == ["503"])
        #expect(session.codes("MAIL FROM:<b@app.example>", "RCPT TO:<new@example.net>") == ["250", "250"])
        #expect(session.send("BDAT 3 LAST\r\nb\r\n").first?.hasPrefix("250") == true)
        #expect(session.messages.map(\.sender) == ["<b@app.example>"])
        #expect(session.messages.map(\.recipients) == [["<new@example.net>"]])
        #expect(session.messages.map(\.content) == [Array("b\r\n".utf8)])
    }

    @Test("T15: the bytes of a refused chunk are thrown away and never taken for commands")
    func T15_refusedBytesAreNoCommands() {
        var session = SinkSession.greeted()
        let hidden = "MAIL FROM:<evil@example.org>\r\n"
        #expect(
            session.send("BDAT \(hidden.utf8.count) LAST\r\n" + hidden + "NOOP\r\n").map { $0.prefix(3) } == [
                "503", "250",
            ]
        )
        #expect(session.codes("RCPT TO:<b@example.net>") == ["503"])
    }

    @Test("T15: an answer of the options' to a content or chunk ends the transaction too")
    func T15_overridesClear() {
        for (command, failing) in [
            ("DATA", "DATA\r\n"), ("BDAT", "BDAT 3\r\na\r\n"), (".", "DATA\r\na\r\n.\r\n"),
            (".", "BDAT 3 LAST\r\na\r\n"),
        ] {
            var session = SinkSession.greeted {
                $0.overrides = [.init(command: command, reply: "451 4.3.0 not now")]
            }
            #expect(session.send(Self.mail + failing).last == "451 4.3.0 not now")
            #expect(session.codes("RCPT TO:<new@example.net>") == ["503"])
        }
    }
}
