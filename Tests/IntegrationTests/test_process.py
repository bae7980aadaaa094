# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""One pass over a queue directory with `smtpq process`, without a daemon."""

import json

from kit import messages
from kit.bounces import Report
from kit.case import MailTestCase
from kit.certificates import Authority
from kit.postfix import INBOX, TLS, Postfix
from kit.scripted_relay import DROP, Rule

FAILED, UNAVAILABLE, TRY_AGAIN, WRONG_CONFIGURATION = 65, 69, 75, 78


class Process(MailTestCase):
    def processed(self, daemon, *arguments, status=0):
        """What became of the messages, by id, as `smtpq process` tells programs."""
        result = daemon.smtpq("process", "--json", *arguments, check=False)
        self.assertEqual(result.returncode, status, result.stderr + result.stdout)
        return {each["id"]: each for each in map(json.loads, result.stdout.splitlines())}, result.stderr

    def test_everything_that_is_due_is_delivered_to_postfix_over_TLS(self):
        authority = Authority(self.workspace.folder("tls"))
        certificate, key = authority.issue("relay")
        settings = INBOX + TLS.format(level="encrypt", certificate=certificate, key=key)
        postfix = Postfix(self.workspace.folder("postfix"), settings).start()
        self.addCleanup(postfix.stop)
        daemon = self.daemon(postfix.port, tls="starttls", authorities=authority.certificate)
        for number in range(20):
            daemon.queue.drop(messages.message(f"m{number}"), f"m{number:02}")
        daemon.queue.drop(messages.message("later", fields=["Queue-After: 2099-01-01T00:00:00Z"]), "later")
        found, _ = self.processed(daemon)
        self.assertEqual({each["state"] for stem, each in found.items() if stem != "later"}, {"delivered"})
        self.assertEqual(found["later"]["state"], "queued")
        self.assertEqual(postfix.accepted_count(), 20)
        self.assertEqual(daemon.queue.counts()["queued"], 1)
        self.assertEqual(sum(daemon.queue.counts().values()), 1)

    def test_what_is_refused_fails_and_the_others_follow(self):
        relay = self.relay(rules=[Rule("RCPT TO:<no@", b"550 5.1.1 no such user\r\n"), Rule("RCPT TO:<later@", b"451 4.7.1 come back\r\n")])
        daemon = self.daemon(relay.port, keep=True)
        for stem, recipients in (("1", ["no@example.net", "yes@example.net"]), ("2", ["later@example.net"]), ("3", ["yes@example.net"])):
            daemon.queue.drop(messages.message(stem, recipients=recipients), stem)
        (daemon.queue.path / "4.queued").write_bytes(b"Queue-Colour: blue\n\nx\n")
        result = daemon.smtpq("process", daemon.queue.path, check=False)
        self.assertEqual(result.returncode, FAILED, result.stderr)
        lines = result.stdout.splitlines()
        self.assertEqual([line.split()[:2] for line in lines], [["failed", "1"], ["failed", "2"], ["delivered", "3"], ["failed", "4"]])
        self.assertIn("550 5.1.1 no such user", lines[0])
        self.assertEqual(daemon.queue.counts(), {"queued": 0, "sending": 0, "sent": 1, "failed": 3, "held": 0})
        # Queued again it goes to those who have not got it, and to nobody else.
        relay.script.rules = []
        daemon.smtpq("requeue", "1")
        self.assertEqual(self.processed(daemon)[0]["1"]["state"], "delivered")
        self.assertEqual(relay.transactions[-1].recipients, ["no@example.net"])

    def test_the_sender_is_told_in_the_same_pass(self):
        relay = self.relay(rules=[Rule("RCPT TO:<no@", b"550 5.1.1 no such user\r\n"), Rule("RCPT TO:<later@", b"451 4.7.1 come back\r\n")])
        daemon = self.daemon(relay.port, reports=True)
        recipients = ["no@example.net", "yes@example.net", "later@example.net"]
        daemon.queue.drop(messages.message("1", recipients=recipients), "1")
        found, _ = self.processed(daemon, status=FAILED)
        self.assertEqual([each["state"] for each in found.values()], ["failed", "delivered"])
        report = Report(relay.transactions[-1].content)
        self.assertEqual((relay.transactions[-1].sender, relay.transactions[-1].recipients), ("", ["app@app.example"]))
        _, *told = report.fields()
        self.assertEqual([(each["Action"], each["Status"]) for each in told], [("failed", "5.1.1"), ("failed", "4.7.1")])
        self.assertEqual(told[0]["Remote-MTA"], "dns; localhost")
        self.assertEqual([each["action"] for each in daemon.queue.journal("1", "report")], ["failed"])

    def test_without_a_relay_everything_waits(self):
        relay = self.relay()
        daemon = self.daemon(relay.port)
        relay.stop()
        daemon.queue.drop(messages.message("one"), "one")
        found, error = self.processed(daemon, status=UNAVAILABLE)
        self.assertEqual((found, daemon.queue.states("one")), ({}, ["queued"]))
        self.assertIn("relay primary", error)

    def test_a_lost_connection_fails_one_message_and_the_others_wait(self):
        relay = self.relay(rules=[Rule("MAIL", DROP)])
        daemon = self.daemon(relay.port)
        for stem in "12":
            daemon.queue.drop(messages.message(stem), stem)
        found, error = self.processed(daemon, status=UNAVAILABLE)
        self.assertEqual(list(found), ["1"])
        self.assertEqual((daemon.queue.states("1"), daemon.queue.states("2")), (["failed"], ["queued"]))
        self.assertIn("messages that wait: 1", error)

    def test_G5_a_directory_of_a_daemon_or_a_pause_is_left_alone(self):
        relay = self.relay()
        daemon = self.daemon(relay.port)
        self.assertEqual(daemon.smtpq("process").stdout, "no messages are queued\n")
        daemon.start()
        _, error = self.processed(daemon, status=TRY_AGAIN)
        self.assertIn(f"process {daemon.program.pid}", error)
        daemon.stop()
        (daemon.queue.path / ".paused").touch()
        daemon.queue.drop(messages.message("one"), "one")
        _, error = self.processed(daemon, status=TRY_AGAIN)
        self.assertIn("smtpq resume", error)
        self.assertEqual(daemon.queue.states("one"), ["queued"])
        daemon.configuration.write_text("Colour = 1\n")
        self.processed(daemon, status=WRONG_CONFIGURATION)
