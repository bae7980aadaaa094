// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import ArgumentParser
import MailMessage
import ProgramOutput
import Testing

@testable import Submission
@testable import smtpq

@Suite("What is to be composed")
struct ComposeOptionsTests {
    private func draft(_ arguments: [String], file: String? = nil) throws -> MessageDraft? {
        try ComposeOptions.parse(arguments).draft(file: file)
    }

    @Test("is nothing when the message is given whole")
    func nothing() throws {
        #expect(try draft([], file: "message.eml") == nil)
    }

    @Test("reads a text unless there is one, or HTML alone")
    func readsText() throws {
        for (arguments, file, reads) in [
            (["--subject", "s"], nil, true), (["--subject", "s"], "x.txt", true),
            (["--text", "t"], nil, false),
            (["--attach", "a"], nil, true), (["--html", "a.html"], nil, false),
            (["--html", "a.html"], "x.txt", true),
            (["--html", "a.html"], "-", true), (["--html", "-", "--text", "t"], nil, false),
        ] as [([String], String?, Bool)] {
            #expect(try draft(arguments, file: file)?.readsText == reads, "\(arguments)")
        }
    }

    @Test("takes HTML that begins with <, and files of anything else")
    func html() throws {
        #expect(try draft(["--html", "<p>a.html"])?.html == .text("<p>a.html"))
        #expect(try draft(["--html", "a.html"])?.html == .file("a.html"))
        #expect(try draft(["--html", "-"])?.html == .file("-"))
    }

    @Test("names recipients of all kinds")
    func recipients() throws {
        let draft = try #require(
            try draft([
                "--to", "A <a@b.example>, c@d.example", "--cc", "e@f.example", "--bcc", "g@h.example",
                "--text", "",
            ])
        )
        let addresses = try draft.recipients().map(\.address.description)
        #expect(addresses == ["a@b.example", "c@d.example", "e@f.example", "g@h.example"])
        #expect(draft.bcc.map(\.address.description) == ["g@h.example"])
    }

    @Test("is refused when it contradicts itself")
    func refused() throws {
        for (arguments, file) in [
            (["--to", "a@b.example"], nil), (["--text", "t"], "x.txt"), (["--html", "-"], "-"),
            (["--text", "t", "--image", "a.png"], nil),
            (["--html", "<p>", "--image", "a/x.png", "--image", "b/x.png"], nil),
            (["--attach", "-"], nil), (["--attach", ""], nil), (["--attach", "a;type=csv"], nil),
            (["--attach", "a;type=multipart/mixed"], nil),
        ] as [([String], String?)] {
            let error = #expect(throws: CommandFailure.self, "\(arguments)") {
                try draft(arguments, file: file)
            }
            #expect(error?.status == .usage)
        }
    }

    @Test("names files, with a type where it is given")
    func files() throws {
        for (text, path, name, type) in [
            ("a.pdf", "a.pdf", "a.pdf", nil), ("/tmp/ü b/c;d.pdf", "/tmp/ü b/c;d.pdf", "c;d.pdf", nil),
            ("x/a.bin;type=text/csv;charset=latin1", "x/a.bin", "a.bin", "text/csv;charset=latin1"),
            ("a;type=b;type=message/rfc822", "a;type=b", "a;type=b", "message/rfc822"),
        ] as [(String, String, String, String?)] {
            let file = try FileArgument(text, of: "--attach")
            #expect(file.path == path)
            #expect(file.name == name)
            #expect(file.contentType == type)
        }
    }
}
