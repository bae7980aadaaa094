# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The command line tool, with and without a running daemon."""

import json
import os
import subprocess
import time

from kit import messages
from kit.binaries import binaries
from kit.case import MailTestCase
from kit.processes import Program
from kit.scripted_relay import Rule
from kit.waiting import wait_until
from kit.workspace import free_port, is_listening

MESSAGE = b"From: App <app@app.example>\nTo: alice@example.net, Bob <bob@example.org>\nBcc: carol@example.com\nSubject: x\n\nbody\n"
USAGE, BAD_MESSAGE, UNAVAILABLE, CANNOT_CREATE, TRY_AGAIN, NO_PERMISSION, WRONG_CONFIGURATION = 64, 65, 69, 73, 75, 77, 78


class Send(MailTestCase):
    def setUp(self):
        super().setUp()
        self.mta = self.relay()
        self.smtpqd = self.daemon(self.mta.port)
        self.smtpq, self.queue = self.smtpqd.smtpq, self.smtpqd.queue

    def delivered(self):
        """Start the daemon and return what arrives of the one message."""
        self.smtpqd.start()
        wait_until(lambda: self.mta.transactions, 20, "the message")
        return self.mta.transactions[0]

    def test_send_prints_the_id_and_enqueues_without_a_daemon(self):
        stem = self.smtpq("send", "-f", "app@app.example", "alice@example.net", data=b"Subject: x\n\nbody\n").stdout.strip()
        self.assertEqual(self.queue.states(stem), ["queued"])
        transaction = self.delivered()
        self.assertEqual((transaction.sender, transaction.recipients), ("app@app.example", ["alice@example.net"]))
        self.assertTrue(transaction.content.endswith(b"\r\n\r\nbody\r\n"))

    def test_send_t_takes_the_recipients_from_the_message_and_removes_bcc(self):
        self.smtpq("send", "-t", data=MESSAGE)
        transaction = self.delivered()
        self.assertEqual(sorted(transaction.recipients), ["alice@example.net", "bob@example.org", "carol@example.com"])
        self.assertNotIn(b"carol", transaction.wire)

    def wait(self, *recipients, check=True):
        return self.smtpq("send", "--wait", "--wait-limit", "20s", "-f", "app@app.example", *recipients, data=MESSAGE, check=check)

    def test_send_waits_for_the_outcome(self):
        result = self.wait("alice@example.net", check=False)
        self.assertEqual(result.returncode, UNAVAILABLE)
        self.assertIn("no daemon delivers the queue", result.stderr)
        self.smtpqd.start()
        wait_until(lambda: self.queue.waiting == 0, 20, "the first message")
        self.wait("bob@example.org")
        self.assertEqual(len(self.mta.transactions), 2)

    def test_send_says_why_the_outcome_is_not_what_was_wished(self):
        self.mta.script.rules += [
            Rule("RCPT TO:<nobody", b"550 5.1.1 no such user\r\n"), Rule("RCPT TO:<later", b"451 4.7.1 greylisted\r\n"),
        ]
        self.smtpqd.start()
        for status, recipient, reason in (
            (BAD_MESSAGE, "nobody@example.net", "was given up: nobody@example.net: 550 5.1.1 no such user"),
            (TRY_AGAIN, "later@example.net", "will be tried again: later@example.net: 451 4.7.1 greylisted"),
        ):
            with self.subTest(recipient):
                result = self.wait("alice@example.net", recipient, check=False)
                self.assertEqual(result.returncode, status, result.stderr)
                self.assertIn(reason, result.stderr)

    def test_send_reads_a_file(self):
        path = self.workspace.path / "message.eml"
        path.write_bytes(MESSAGE)
        self.smtpq("send", "-f", "app@app.example", "alice@example.net", path)
        self.assertIn(b"Subject: x", self.delivered().content)

    def test_send_composes_a_plain_message(self):
        self.smtpq("send", "-f", "app@app.example", "--to", "alice@example.net", "--subject", "Grüße – 你好", "--text", "Zeile\n.\nEnde")
        transaction = self.delivered()
        self.assertEqual(transaction.recipients, ["alice@example.net"])
        header, body = transaction.content.split(b"\r\n\r\n", 1)
        self.assertTrue(header.isascii())
        for field in ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"):
            self.assertTrue(transaction.header(field), field)
        self.assertEqual(body.count(b"\r\n.\r\n"), 1)

    def test_an_accepted_message_is_whole_and_alone_in_the_directory(self):
        stem = self.smtpq("send", "-f", "app@app.example", "alice@example.net", data=MESSAGE).stdout.strip()
        self.assertEqual([each.name for each in self.queue.path.iterdir()], [f"{stem}.queued"])

    def test_a_refused_message_leaves_nothing_and_has_its_exit_status(self):
        for status, arguments, data in (
            (USAGE, ("send", "--colour", "blue"), MESSAGE),
            (USAGE, ("sned",), MESSAGE),
            (BAD_MESSAGE, ("send", "-t"), b"From: app@app.example\nSubject: nobody\n\nx\n"),
            (BAD_MESSAGE, ("send", "-t"), b"From: a@b.example\nTo: not an address at all <\n\nx\n"),
        ):
            with self.subTest(arguments):
                result = self.smtpq(*arguments, data=data, check=False)
                self.assertEqual(result.returncode, status, result.stderr)
                self.assertTrue(result.stderr)
        self.assertEqual(list(self.queue.path.iterdir()), [])

    def test_T17_an_address_is_never_an_option(self):
        stem = self.smtpq("send", "-f", "app@app.example", "--", "-oQ/tmp@example.net", data=b"Subject: x\n\nx\n").stdout.strip()
        self.assertIn(b"<-oQ/tmp@example.net>", (self.queue.path / f"{stem}.queued").read_bytes())

    def test_a_directory_that_cannot_be_written_to_is_named(self):
        missing = self.workspace.path / "nothing"
        result = self.smtpq("send", "-f", "a@b.example", "c@d.example", data=MESSAGE, check=False, queue=missing)
        self.assertEqual(result.returncode, CANNOT_CREATE)
        self.assertIn(str(missing), result.stderr)

    def test_a_disk_that_is_full_is_an_error_and_leaves_nothing(self):
        disk = self.workspace.folder("disk")
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk], capture_output=True, text=True)
        self.assertEqual(mounted.returncode, 0, mounted.stderr)
        self.addCleanup(subprocess.run, ["umount", disk], check=True)
        result = self.smtpq("send", "-f", "a@b.example", "c@d.example", data=MESSAGE + b"x" * (1 << 20), check=False, queue=disk)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("space", result.stderr)
        self.assertEqual(list(disk.iterdir()), [])


class Queue(MailTestCase):
    def setUp(self):
        super().setUp()
        self.mta = self.relay(rules=[Rule("RCPT TO:<later@", b"451 4.7.1 come back\r\n"), Rule("RCPT TO:<no@", b"550 5.1.1 no such user\r\n")])
        self.smtpqd = self.daemon(self.mta.port, keep=True)
        self.smtpq, self.queue = self.smtpqd.smtpq, self.smtpqd.queue
        self.one = self.queue.drop(messages.message("one"), "one")

    def listing(self, *options):
        """The entries of `smtpq list --json` by id."""
        lines = self.smtpq("list", "--json", *options).stdout.splitlines()
        return {entry["id"]: entry for entry in map(json.loads, lines)}

    def test_list_tells_what_is_known(self):
        for stem, recipient in (("later", "later@example.net"), ("no", "no@example.net")):
            self.queue.drop(messages.message(stem, recipients=[recipient]), stem)
        self.smtpqd.start()
        wait_until(lambda: self.queue.counts() == {"queued": 1, "sending": 0, "sent": 1, "failed": 1, "held": 0}, 20, "three outcomes")
        entries = self.listing()
        self.assertEqual({stem: each["state"] for stem, each in entries.items()}, {"one": "sent", "later": "queued", "no": "failed"})
        self.assertEqual(entries["later"]["attempts"], 1)
        self.assertIn("come back", json.dumps(entries["later"]))
        self.assertIn("no such user", json.dumps(entries["no"]))
        self.assertGreater(entries["one"]["size"], 100)
        text = self.smtpq("list").stdout
        for word in ("one", "later", "no@example.net", "come back"):
            self.assertIn(word, text)
        self.assertEqual(set(self.listing("--state", "failed")), {"no"})
        self.assertNotIn("\x1b", text, "colours without a terminal")

    def test_show_prints_the_whole_message_or_a_part(self):
        whole = self.smtpq("show", "one").stdout
        self.assertIn("Subject: test one", whole)
        self.assertIn("Hello.", whole)
        self.assertNotIn("Hello.", self.smtpq("show", "one", "--headers").stdout)
        self.assertIn("Hello.", self.smtpq("show", "one", "--body").stdout)

    def test_hold_and_release(self):
        self.smtpq("hold", "one")
        self.assertEqual(self.queue.states("one"), ["held"])
        self.smtpqd.start()
        self.assertEqual(self.mta.transactions, [])
        self.smtpq("release", "one")
        wait_until(lambda: self.queue.states("one") == ["sent"], 20, "the message to be sent")
        changes = [(each["from"], each["to"]) for each in self.queue.journal("one", "state")]
        self.assertEqual(changes, [("queued", "held"), ("held", "queued")])

    def test_requeue_sends_a_failed_message_again(self):
        self.queue.drop(messages.message("no", recipients=["no@example.net"]), "no")
        self.smtpqd.start()
        wait_until(lambda: self.queue.states("no") == ["failed"], 20, "the failure")
        self.mta.script.rules = []
        self.smtpq("requeue", "no")
        wait_until(lambda: self.queue.states("no") == ["sent"], 20, "the message to be sent")
        self.assertEqual(len(self.mta.content_for("no@example.net")), 1)

    def test_fail_gives_up_now_and_the_journal_tells_who(self):
        self.smtpq("fail", "on")
        self.assertEqual(self.queue.states("one"), ["failed"])
        self.assertTrue(self.queue.journal("one", "state")[0]["by"])
        self.assertIn("given up by", self.listing()["one"]["reason"])
        self.smtpqd.start()
        self.smtpq("requeue", "one")
        wait_until(lambda: self.queue.states("one") == ["sent"], 20, "the message to be sent")

    def test_pause_and_resume(self):
        self.assertEqual(self.smtpq("pause").stdout, "paused\n")
        self.assertEqual(self.smtpq("pause").stdout, "paused already\n")
        self.smtpqd.start()
        self.smtpqd.wait_for_log("paused")
        self.assertTrue(json.loads(self.smtpq("status", "--json").stdout)["paused"])
        self.assertIn("smtpq resume", self.smtpq("status").stdout)
        self.assertEqual(self.queue.states("one"), ["queued"])
        self.assertEqual(self.smtpq("resume").stdout, "resumed\n")
        wait_until(lambda: self.queue.states("one") == ["sent"], 20, "the message to be sent")
        self.assertEqual(self.smtpq("resume").stdout, "not paused\n")

    def test_messages_are_meant_by_what_they_are(self):
        for stem, sender, recipient in (("two", "news@app.example", "bob@example.org"), ("three", "news@app.example", "carol@example.net")):
            self.queue.drop(messages.message(stem, sender=sender, recipients=[recipient]), stem)
        self.assertEqual(set(self.listing("--sender", "news@*")), {"two", "three"})
        self.assertEqual(set(self.listing("--recipient", "example.net")), {"one", "three"})
        self.assertEqual(set(self.listing("--recipient", "example.net", "--sender", "news@app.example")), {"three"})
        self.assertEqual(self.smtpq("list", "--older", "1h").stdout, "no messages\n")
        self.assertEqual(self.smtpq("hold", "--sender", "news@app.example").stdout, "2 messages held\n")
        self.assertEqual(self.smtpq("flush", "--recipient", "example.net").stdout, "1 message due now\n")
        self.assertEqual(self.smtpq("delete", "--state", "held").stdout, "2 messages deleted\n")
        self.assertEqual(set(self.listing()), {"one"})
        self.assertEqual(self.smtpq("delete", check=False).returncode, USAGE)

    def test_a_misspelt_name_is_told_from_the_one_that_was_meant(self):
        self.assertIn("did you mean one?", self.smtpq("show", "oen", check=False).stderr)
        self.assertIn("did you mean flush?", self.smtpq("fluhs", check=False).stderr)

    def test_delete_removes_the_message_and_its_journal(self):
        self.smtpq("hold", "one")
        self.smtpq("delete", "one")
        self.assertEqual([each.name for each in self.queue.path.iterdir() if each.name[0] != "."], [])

    def test_flush_tries_now(self):
        self.queue.drop(messages.message("later", recipients=["later@example.net"]), "later")
        self.smtpqd.start()
        wait_until(lambda: self.queue.journal("later", "retry"), 20, "a deferral")
        self.mta.script.rules = []
        began = time.monotonic()
        wait_until(lambda: self.queue.states("later") == ["queued"], 10, "the message to be queued again")
        self.smtpq("flush", "later")
        wait_until(lambda: self.queue.states("later") == ["sent"], 20, "the message to be sent")
        self.assertLess(time.monotonic() - began, 15)

    def test_a_message_that_is_not_there_is_an_error(self):
        for verb in ("show", "hold", "release", "requeue", "fail", "delete", "flush"):
            with self.subTest(verb):
                result = self.smtpq(verb, "nothing", check=False)
                self.assertNotEqual(result.returncode, 0)
                self.assertIn("nothing", result.stderr)
                self.assertEqual(result.stdout, "")
        result = self.smtpq("show", "../../etc/passwd", check=False)
        self.assertNotEqual(result.returncode, 0)
        self.assertEqual(result.stdout, "")

    def test_status_with_and_without_a_daemon(self):
        stopped = json.loads(self.smtpq("status", "--json").stdout)
        self.smtpqd.start()
        wait_until(lambda: self.queue.states("one") == ["sent"], 20, "the message to be sent")
        running = json.loads(self.smtpq("status", "--json").stdout)
        self.assertNotEqual(stopped, running)
        self.assertIn(str(self.smtpqd.program.pid), json.dumps(running))
        self.assertIn("primary", self.smtpq("status").stdout)
        self.smtpqd.kill()
        self.assertNotIn('"running":true', self.smtpq("status", "--json").stdout.replace(" ", ""), "believes a dead daemon")

    def test_check_finds_a_wrong_configuration(self):
        self.assertEqual(self.smtpq("check").returncode, 0)
        self.smtpqd.configuration.write_text("Colour = 1\n")
        result = self.smtpq("check", check=False)
        self.assertEqual(result.returncode, WRONG_CONFIGURATION)
        self.assertIn("Colour", result.stderr + result.stdout)

    def test_check_finds_a_relay_that_cannot_be_used(self):
        self.mta.stop()
        result = self.smtpq("check", check=False)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("primary", result.stdout + result.stderr)


class Questions(MailTestCase):
    def setUp(self):
        super().setUp()
        self.mta = self.relay(rules=[
            Rule("VRFY alice", b"250 2.1.5 Alice <alice@example.net>\r\n"),
            Rule("VRFY", b"550 5.1.1 nobody of that name\r\n"),
            Rule("EXPN staff", b"250-Alice <alice@example.net>\r\n250 bob@example.org\r\n"),
            Rule("EXPN", b"450 4.3.0 the list server sleeps\r\n"),
        ])
        self.smtpq = self.daemon(self.mta.port).smtpq

    def test_verify_and_expand_tell_what_the_relay_answers(self):
        self.assertIn("Alice <alice@example.net>", self.smtpq("verify", "alice@example.net").stdout)
        self.assertEqual(self.smtpq("expand", "staff").stdout, "Alice <alice@example.net>\nbob@example.org\n")
        self.assertEqual(self.mta.transactions, [])

    def test_a_refusal_is_told_with_its_status(self):
        for arguments, status, text in (
            (("verify", "mallory@example.net"), BAD_MESSAGE, "550 5.1.1 nobody of that name"),
            (("expand", "all"), TRY_AGAIN, "450 4.3.0 the list server sleeps"),
            (("verify", "a\r\nRSET"), UNAVAILABLE, ""),
        ):
            result = self.smtpq(*arguments, check=False)
            self.assertEqual(result.returncode, status, result.stderr)
            self.assertIn(text, result.stderr)
        self.mta.stop()
        self.assertEqual(self.smtpq("verify", "alice", check=False).returncode, UNAVAILABLE)


class Sink(MailTestCase):
    def test_sink_takes_everything_and_stores_it(self):
        port, maildir = free_port(), self.workspace.path / "maildir"
        sink = Program([binaries() / "smtpq", "sink", "--port", port, "--maildir", maildir], self.workspace.path / "sink.log").start()
        self.addCleanup(sink.stop)
        wait_until(lambda: is_listening(port), 20, "the sink", describe=sink.output)
        daemon = self.daemon(port).start()
        bodies = messages.awkward_bodies()
        for name, body in bodies.items():
            daemon.queue.drop(messages.message(name, body))
        daemon.wait_for_empty_queue()
        stored = [path.read_bytes() for path in (maildir / "new").iterdir()]
        self.assertEqual(len(stored), len(bodies))
        for data in stored:
            header, _, body = data.replace(b"\r\n", b"\n").partition(b"\n\n")
            name = next(line.split(b": ")[1].decode() for line in header.splitlines() if line.startswith(b"X-Test: "))
            self.assertEqual(messages.digest(body), messages.digest(messages.arrived_body(bodies[name])), name)
        self.assertIn("alice@example.net", sink.output())
        self.assertEqual(os.listdir(maildir / "tmp"), [])
