// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import ProgramOutput
import Submission
import Testing

@testable import smtpq

@Suite("The command line of sendmail")
struct SendmailArgumentsTests {
    private func parsed(_ line: String) throws -> SendmailArguments {
        try SendmailArguments(line.split(separator: " ").map(String.init))
    }

    @Test("is read as the programs of the field write it")
    func programs() throws {
        // cron, mdadm and sudo, PHP, Git, mutt, s-nail, at.
        let cron = try parsed("-FCronDaemon -i -B8BITMIME -oem root")
        #expect((cron.fullName, cron.ignoresDots, cron.recipients) == ("CronDaemon", true, ["root"]))
        #expect(try parsed("-t").readsRecipients)
        let php = try parsed("-t -i -fbounces@app.example")
        #expect((php.readsRecipients, php.ignoresDots, php.sender) == (true, true, "bounces@app.example"))
        let git = try parsed("-i -f me@app.example a@b.example c@d.example")
        #expect((git.sender, git.recipients) == ("me@app.example", ["a@b.example", "c@d.example"]))
        let mutt = try parsed("-oem -oi -N failure,delay -R hdrs -f me@app.example -- a@b.example")
        #expect((mutt.notify, mutt.ret, mutt.recipients) == ("failure,delay", "hdrs", ["a@b.example"]))
        #expect(try parsed("-oi -odb -m a@b.example").recipients == ["a@b.example"])
        #expect(
            try SendmailArguments(["-i", "-r", "me@app.example", "--", "a@b.example"]).sender
                == "me@app.example"
        )
    }

    @Test("has letters together, values glued on, and options that mean nothing here")
    func forms() throws {
        let cluster = try parsed("-tifme@app.example")
        #expect(
            (cluster.readsRecipients, cluster.ignoresDots, cluster.sender) == (true, true, "me@app.example")
        )
        let ignored = try parsed(
            "-oQ/tmp -o X -O QueueDirectory=/tmp -C /tmp/x -X /tmp/log -h 3 -em -v -Am -G -L tag -d8.1 -U a@b.example"
        )
        #expect(ignored.recipients == ["a@b.example"])
        #expect(try parsed("-O IgnoreDots=true a").ignoresDots)
        #expect(try SendmailArguments(["-f", "", "a@b.example"]).sender == "")
        #expect(try parsed("a -t").recipients == ["a", "-t"])
    }

    @Test("takes nothing behind -- for an option (T17)")
    func T17_endOfOptions() throws {
        let parsed = try parsed("-i -- -oQ/tmp@example.net --config=/tmp/x@example.net -t")
        #expect(parsed.recipients == ["-oQ/tmp@example.net", "--config=/tmp/x@example.net", "-t"])
        #expect(!parsed.readsRecipients)
    }

    @Test("says what is to be done")
    func modes() throws {
        for (line, mode) in [
            ("-bm a", SendmailArguments.Mode.submit), ("-bs", .session), ("-bp", .list), ("-bi", .aliases),
            ("-I", .aliases),
            ("-bv root", .verify), ("-q", .flush(.all)), ("-q15m", .flush(.all)),
            ("-qIabc", .flush(.id("abc"))),
            ("-qRb.example", .flush(.recipient("b.example"))), ("-qSroot", .flush(.sender("root"))),
        ] {
            #expect(try parsed(line).mode == mode)
        }
    }

    @Test("that is wrong is a usage error", arguments: ["-f", "-Z a", "-bd", "-bt", "-qX", "--help", "-tZ"])
    func wrong(line: String) {
        let error = #expect(throws: CommandFailure.self) { try parsed(line) }
        #expect(error?.status == .usage)
    }
}
