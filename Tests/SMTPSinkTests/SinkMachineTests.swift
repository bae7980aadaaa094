// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Testing

@testable import SMTPSink

/// Whole sessions with a sink: what the client says, what it hears, what is stored.
@Suite struct SinkMachineTests {
    /// What is said after EHLO, the codes that are heard, and the contents that are stored.
    struct Dialogue: CustomTestStringConvertible {
        let testDescription: String
        let client: String
        let codes: [Int]
        var stored: [String] = []
    }

    private static let mail = "MAIL FROM:<a@app.example>\r\nRCPT TO:<b@example.net>\r\n"

    private static let dialogues: [Dialogue] = [
        Dialogue(
            testDescription: "a message after DATA, dots undone",
            client: mail + "DATA\r\nhello\r\n..\r\n..a\r\n.\r\nQUIT\r\n",
            codes: [250, 250, 354, 250, 221],
            stored: ["hello\r\n.\r\n.a\r\n"]
        ),
        Dialogue(
            testDescription: "a message in one chunk, dots as they are",
            client: mail + "BDAT 10 LAST\r\n..\r\n.\r\na\r\nQUIT\r\n",
            codes: [250, 250, 250, 221],
            stored: ["..\r\n.\r\na\r\n"]
        ),
        Dialogue(
            testDescription: "a message in three chunks, the last one empty, a line end across two",
            client: mail + "BDAT 3\r\nab\rBDAT 4\r\n\ncd\rBDAT 1\r\n\nBDAT 0 LAST\r\n",
            codes: [250, 250, 250, 250, 250, 250],
            stored: ["ab\r\ncd\r\n"]
        ),
        Dialogue(
            testDescription: "two messages one after the other",
            client: mail + "BDAT 3 LAST\r\na\r\n" + mail + "DATA\r\nb\r\n.\r\n",
            codes: [250, 250, 250, 250, 250, 354, 250],
            stored: ["a\r\n", "b\r\n"]
        ),
        Dialogue(
            testDescription: "commands that are not offered",
            client: "STARTTLS\r\nAUTH PLAIN\r\nEXPN x\r\nFOO\r\nVRFY x\r\nNOOP\r\nHELP\r\n",
            codes: [502, 502, 502, 500, 252, 250, 214]
        ),
        Dialogue(
            testDescription: "commands out of order",
            client: "RCPT TO:<b@example.net>\r\nDATA\r\n" + mail + "MAIL FROM:<c@app.example>\r\n",
            codes: [503, 503, 250, 250, 503]
        ),
        Dialogue(
            testDescription: "RCPT and DATA in the middle of chunks",
            client: mail + "BDAT 3\r\na\r\nRCPT TO:<c@example.net>\r\nDATA\r\nBDAT 3 LAST\r\nb\r\n",
            codes: [250, 250, 250, 503, 503, 503]
        ),
        Dialogue(
            testDescription: "a chunk whose size cannot be read ends the session",
            client: mail + "BDAT -1 LAST\r\nNOOP\r\n",
            codes: [250, 250, 501]
        ),
        Dialogue(
            testDescription: "a chunk whose size is beyond counting ends the session",
            client: mail + "BDAT 99999999999999999999\r\nNOOP\r\n",
            codes: [250, 250, 501]
        ),
    ]

    @Test("A session goes as written, in one piece and byte by byte", arguments: dialogues)
    func sessionGoesAsWritten(dialogue: Dialogue) {
        for isSplit in [false, true] {
            var session = SinkSession.greeted()
            var replies: [String] = []
            if isSplit {
                for character in dialogue.client.unicodeScalars { replies += session.send(String(character)) }
            } else {
                replies = session.send(dialogue.client)
            }
            #expect(replies.map { Int($0.prefix(3)) } == dialogue.codes)
            #expect(session.messages.map { String(decoding: $0.content, as: UTF8.self) } == dialogue.stored)
        }
    }

    @Test("EHLO offers what the options say, and parameters of nothing else are taken")
    func offers() {
        var session = SinkSession { $0.capabilities = ["SIZE 1000", "DSN"] }
        #expect(session.say("EHLO c") == ["250-sink.localhost", "250-SIZE 1000", "250 DSN"])
        #expect(session.codes("MAIL FROM:<a@b.example> SIZE=1001") == ["552"])
        #expect(session.codes("MAIL FROM:<a@b.example> BODY=8BITMIME") == ["555"])
        #expect(session.codes("MAIL FROM:<a@b.example> SIZE=10 RET=FULL") == ["250"])
    }

    @Test("T14: a content with a bare CR or LF is refused, after DATA and after BDAT")
    func T14_bareLineEnds() {
        for content in ["a\nb\r\n", "a\rb\r\n", "a\r\n.\nb\r\n"] {
            var session = SinkSession.greeted()
            #expect(session.send(Self.mail + "DATA\r\n" + content + ".\r\n").last?.hasPrefix("550") == true)
            let chunk = "BDAT \(content.utf8.count) LAST\r\n" + content
            #expect(session.send(Self.mail + chunk).last?.hasPrefix("550") == true)
            #expect(session.messages.isEmpty)
        }
    }

    @Test("A reply of the options' takes the place of the usual one")
    func overrides() {
        var session = SinkSession.greeted {
            $0.overrides = [
                .init(command: "RCPT", containing: "full@", reply: "452 4.2.2 full"),
                .init(command: "BDAT", reply: "451 4.3.0 no chunks today"),
                .init(command: "NOOP", reply: "421 4.3.2 bye"),
            ]
        }
        #expect(
            session.send(Self.mail + "RCPT TO:<full@example.net>\r\nBDAT 3 LAST\r\na\r\nNOOP\r\n")
                == [
                    "250 2.1.0 ok", "250 2.1.5 ok", "452 4.2.2 full", "451 4.3.0 no chunks today",
                    "421 4.3.2 bye",
                ]
        )
        #expect(session.isClosed)
    }

    @Test("refuses the paths that its driver does not take, and goes on")
    func refusedPaths() {
        var session = SinkSession.greeted {
            $0.refusal = { role, address in
                address.path == "<bad@b.example>" ? "553 5.1.\(role == .sender ? 7 : 3) no" : nil
            }
        }
        #expect(
            session.say("MAIL FROM:<bad@b.example>", "RCPT TO:<c@d.example>") == [
                "553 5.1.7 no", "503 5.5.1 MAIL first",
            ]
        )
        #expect(
            session.codes("MAIL FROM:<>", "RCPT TO:<bad@b.example>", "RCPT TO:<c@d.example>") == [
                "250", "553", "250",
            ]
        )
        #expect(session.codes("DATA", "x", ".") == ["354", "250"])
        #expect(session.messages.map(\.recipients) == [["<c@d.example>"]])
    }
}
