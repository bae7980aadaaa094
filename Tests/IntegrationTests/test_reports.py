# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The sender is told what became of a message, in a form that others can read."""

import time

from kit import messages
from kit.bounces import Report, failures
from kit.case import MailTestCase
from kit.postfix import INBOX, OPEN, Postfix
from kit.scripted_relay import Rule
from kit.waiting import holds_for, wait_until

SENDER = "app@app.example"
REFUSED = b"550 5.1.1 no such user\r\n"
GREYLISTED = b"451 4.7.1 greylisted\r\n"
WRONG_CONFIGURATION = 78
REJECTING = """\
smtpd_recipient_restrictions = check_recipient_access inline:{{ {{ bob@example.org = 550 5.1.1 no bob here }} }}, permit
"""


class ReportsThroughPostfix(MailTestCase):
    def test_a_report_on_a_refused_recipient_reaches_the_mailbox_of_the_sender(self):
        postfix = Postfix(self.workspace.folder("postfix"), INBOX + OPEN + REJECTING).start()
        self.addCleanup(postfix.stop)
        daemon = self.daemon(postfix.port, reports=True).start()
        for ret in ("FULL", "HDRS"):
            with self.subTest(ret):
                seen = set(postfix.inbox())
                data = messages.message(
                    f"order-{ret}", b"The text of the order.\n", sender=f"{SENDER}> RET={ret} ENVID=order+2B1001",
                    recipients=(
                        "bob@example.org> NOTIFY=FAILURE,DELAY ORCPT=rfc822;robert+2Bnews@example.com", "alice@example.net",
                    ),
                ).replace(b"1001>", b"1001").replace(b"example.com>", b"example.com")
                stem = daemon.queue.drop(data)
                wait_until(lambda: len(postfix.inbox()) == len(seen) + 2, 30, "message and report", describe=postfix.log)
                wait_until(lambda: daemon.queue.states(stem) == ["failed"], 10, "the message to be .failed")
                arrived = [path.read_bytes() for path in postfix.inbox() if path not in seen]
                data = next(each for each in arrived if b"multipart/report" in each)
                self.check(Report(data), ret)
                self.assertEqual(failures(data), {"temporary": [], "permanent": ["robert+news@example.com"]})
                told = daemon.queue.journal(stem, "report")
                self.assertEqual([each["action"] for each in told], ["failed"])
        self.assertEqual(daemon.queue.counts()["failed"], 2)

    def check(self, report, ret):
        message = report.message
        self.assertEqual(message["Return-Path"], "<>")
        self.assertEqual(message["Delivered-To"], SENDER)
        self.assertEqual(message["Auto-Submitted"], "auto-replied")
        self.assertTrue(message["From"].addresses[0].username == "MAILER-DAEMON" and message["Date"].datetime)
        self.assertRegex(report.text.get_content(), r"<bob@example.org>\n\s+The server localhost said:\n\s+550 5.1.1")
        self.assertNotIn("alice", report.text.get_content())
        self.assertEqual(report.status.get_content_type(), "message/delivery-status")
        about, bob = report.fields()
        self.assertEqual(about["Original-Envelope-Id"], "order+1001")
        self.assertTrue(about["Reporting-MTA"].startswith("dns; ") and about["Arrival-Date"])
        self.assertEqual(bob["Original-Recipient"], "rfc822;robert+news@example.com")
        self.assertEqual(bob["Final-Recipient"], "rfc822; bob@example.org")
        self.assertEqual((bob["Action"], bob["Status"]), ("failed", "5.1.1"))
        self.assertEqual(bob["Remote-MTA"], "dns; localhost")
        self.assertRegex(bob["Diagnostic-Code"], r"^smtp; 550 5\.1\.1 .*no bob here")
        returned = "message/rfc822" if ret == "FULL" else "text/rfc822-headers"
        self.assertEqual(report.returned.get_content_type(), returned)
        self.assertIn(b"Subject: test order-", report.raw(returned))
        self.assertEqual(b"The text of the order." in report.raw(returned), ret == "FULL")


class Reports(MailTestCase):
    def told(self, relay, count=1, seconds=30):
        """Wait for reports at the relay, and return them."""
        def reports():
            return [each for each in relay.transactions if each.sender == "" and each.recipients == [SENDER]]

        wait_until(lambda: len(reports()) >= count, seconds, f"{count} reports")
        return [Report(each.content) for each in reports()]

    def drop(self, daemon, notify="", identifier="m", sender=SENDER, recipient="bob@example.org"):
        data = messages.message(identifier, recipients=(recipient,), sender=sender)
        return daemon.queue.drop(data.replace(b"@example.org>\n", f"@example.org> {notify}\n".encode(), 1))

    def test_T21_nobody_is_told_that_a_report_has_failed_nor_who_does_not_want_to_know(self):
        relay = self.relay(rules=[Rule("RCPT", REFUSED)])
        daemon = self.daemon(relay.port, reports=True).start()
        quiet = [self.drop(daemon, "NOTIFY=NEVER"), self.drop(daemon, sender="")]
        lost = self.drop(daemon)
        wait_until(lambda: daemon.queue.counts()["failed"] == 4, 20, "three messages and a report to fail")
        self.assertTrue(holds_for(lambda: daemon.queue.waiting == 0 and daemon.queue.counts()["failed"] == 4, 1))
        self.assertEqual([daemon.queue.journal(each, "report") for each in quiet], [[], []])
        report, = [each["id"] for each in daemon.queue.journal(lost, "report")]
        self.assertEqual(daemon.queue.states(report), ["failed"])
        self.assertIn(b"Queue-From: <>\n", (daemon.queue.path / f"{report}.failed").read_bytes())

    def test_T21_so_many_reports_in_an_hour_and_no_more(self):
        relay = self.relay(rules=[Rule("RCPT TO:<bob@", REFUSED)])
        daemon = self.daemon(relay.port, reports=True, max_reports=2).start()
        stems = [self.drop(daemon, identifier=f"m{number}") for number in range(5)]
        wait_until(lambda: daemon.queue.counts()["failed"] == 5 and daemon.queue.waiting == 0, 20, "five failures")
        self.assertEqual(len(self.told(relay, 2)), 2)
        told = [each for stem in stems for each in daemon.queue.journal(stem, "report")]
        self.assertEqual((len(told), sum("id" in each for each in told)), (5, 2))
        self.assertEqual(len(daemon.log("reportWithheld")), 3)

    def test_T21_a_message_that_runs_in_circles_is_given_up_untried(self):
        relay = self.relay()
        daemon = self.daemon(relay.port, reports=True).start()
        data = messages.message("loop").replace(b"\n\n", b"\n\n" + b"Received: by x; Tue, 24 Nov 2026 04:10:03 +0000\n" * 51, 1)
        stem = daemon.queue.drop(data)
        about, recipient = self.told(relay)[0].fields()
        self.assertEqual(recipient["Status"], "5.4.6")
        self.assertTrue(recipient["Diagnostic-Code"].startswith("x-smtpqd; 554 5.4.6"))
        self.assertEqual(daemon.queue.states(stem), ["failed"])
        self.assertEqual(len(relay.transactions), 1, "the report alone")

    def test_a_delay_is_told_once_and_the_end_as_well(self):
        relay = self.relay(rules=[Rule("RCPT TO:<bob@", GREYLISTED)])
        daemon = self.daemon(relay.port, reports=True, retry=[1], delay_report_after=1, max_age=6).start()
        stem = self.drop(daemon, "NOTIFY=DELAY,FAILURE")
        wait_until(lambda: daemon.queue.states(stem) == ["failed"], 30, "the message to be given up")
        delayed, failed = self.told(relay, 2)
        recipient = delayed.fields()[1]
        self.assertEqual((recipient["Action"], recipient["Status"]), ("delayed", "4.7.1"))
        self.assertGreater(delayed.message["Date"].datetime.timestamp(), time.time() - 60)
        self.assertTrue(recipient["Will-Retry-Until"])
        self.assertEqual(failures(delayed.data), {"temporary": ["bob@example.org"], "permanent": []})
        recipient = failed.fields()[1]
        self.assertEqual((recipient["Action"], recipient["Status"]), ("failed", "4.7.1"))
        self.assertEqual(failures(failed.data)["permanent"], ["bob@example.org"])
        self.assertEqual([each["action"] for each in daemon.queue.journal(stem, "report")], ["delayed", "failed"])

    def test_who_wants_to_know_of_success_is_told_where_the_relay_will_not(self):
        for offers in (True, False):
            with self.subTest(DSN=offers):
                relay = self.relay()
                if not offers:
                    relay.script.extensions.remove("DSN")
                daemon = self.daemon(relay.port, name=f"daemon-{offers}", reports=True).start()
                self.drop(daemon, "NOTIFY=SUCCESS")
                daemon.wait_for_empty_queue()
                if offers:
                    self.assertEqual(len(relay.transactions), 1)
                    self.assertTrue([each for _, each in relay.commands if b"NOTIFY=SUCCESS" in each])
                else:
                    recipient = self.told(relay)[0].fields()[1]
                    self.assertEqual((recipient["Action"], recipient["Status"]), ("relayed", "2.0.0"))

    def test_a_person_who_gives_up_tells_the_sender_with_and_without_a_daemon(self):
        relay = self.relay(rules=[Rule("RCPT TO:<bob@", GREYLISTED)])
        daemon = self.daemon(relay.port, reports=True, report_from="postmaster@app.example").start()
        tried = self.drop(daemon)
        wait_until(lambda: daemon.queue.journal(tried, "retry") and daemon.queue.states(tried) == ["queued"], 20, "a deferral")
        self.assertEqual(daemon.smtpq("fail", tried).stdout, "")
        report, = self.told(relay)
        self.assertEqual(report.message["From"].addresses[0].addr_spec, "postmaster@app.example")
        recipient = report.fields()[1]
        self.assertEqual((recipient["Action"], recipient["Status"]), ("failed", "4.7.1"))
        self.assertIn("451 4.7.1 greylisted (given up by an administrator)", recipient["Diagnostic-Code"])
        self.assertEqual(failures(report.data)["permanent"], ["bob@example.org"])
        self.assertEqual(daemon.queue.states(tried), ["failed"])
        self.assertEqual([each["action"] for each in daemon.queue.journal(tried, "report")], ["failed"])

        daemon.stop()
        untried = self.drop(daemon)
        quiet = [self.drop(daemon, "NOTIFY=NEVER"), self.drop(daemon, sender="")]
        daemon.smtpq("hold", quiet[0])
        daemon.smtpq("fail", untried, *quiet)
        self.assertEqual([daemon.queue.states(each) for each in (untried, *quiet)], [["failed"]] * 3)
        self.assertEqual(len(daemon.queue.stems("queued")), 1)
        daemon.start()
        self.assertEqual(self.told(relay, 2)[1].fields()[1]["Status"], "5.0.0")

    def test_a_person_who_gives_up_follows_the_settings_where_there_are_any(self):
        daemon = self.daemon(self.relay().port, reports=True, max_reports=2)
        for number in range(4):
            self.drop(daemon, identifier=f"m{number}")
        self.assertEqual(daemon.smtpq("fail", "--sender", SENDER).stdout, "4 messages failed\n")
        self.assertEqual(len(daemon.queue.stems("queued")), 2)
        daemon.configure(reports=False)
        stem = self.drop(daemon)
        daemon.smtpq("fail", stem)
        self.assertEqual(daemon.queue.journal(stem, "report"), [])
        # Without a configuration there are reports, from the mail system of this host.
        stem = self.drop(daemon)
        daemon.configuration.unlink()
        daemon.smtpq("fail", stem)
        report = daemon.queue.journal(stem, "report")[0]["id"]
        self.assertRegex((daemon.queue.path / f"{report}.queued").read_text(), r"From: Mail Delivery System <MAILER-DAEMON@")
        # One that is wrong might say that there are none.
        daemon.configuration.write_text("Colour = 1\n")
        stem = self.drop(daemon)
        self.assertEqual(daemon.smtpq("fail", stem, check=False).returncode, WRONG_CONFIGURATION)
        self.assertEqual(daemon.queue.states(stem), ["queued"])

    def test_mail_beyond_ASCII_is_reported_on_in_the_forms_of_RFC_6533(self):
        relay = self.relay(rules=[Rule("RCPT TO:<b", REFUSED)])
        relay.script.extensions.append("SMTPUTF8")
        daemon = self.daemon(relay.port, reports=True).start()
        self.drop(daemon, "ORCPT=utf-8;bärbel@example.org", recipient="bärbel@example.org")
        report = self.told(relay)[0]
        self.assertEqual(report.status.get_content_type(), "message/global-delivery-status")
        self.assertIn("Final-Recipient: utf-8; bärbel@example.org\n", report.raw("message/global-delivery-status").decode())
        self.assertIn("Original-Recipient: utf-8;bärbel@example.org\n", report.raw("message/global-delivery-status").decode())
        self.assertEqual(report.returned.get_content_type(), "message/global-headers")
        self.assertIn("bärbel@example.org", report.text.get_content())

    def test_T2_whatever_a_relay_says_stays_the_value_of_one_field(self):
        reply = (
            b"550-5.1.1 no\x00such\x7f \x85user \xff\r\n550-Action: delivered\r\n550-\r\n"
            b"550-Final-Recipient: rfc822; carol@example.com\r\n550 5.1.1 " + b"x" * 400 + "ä€\u2028".encode() + b"\r\n"
        )
        relay = self.relay(rules=[Rule("RCPT TO:<bob@", reply)])
        daemon = self.daemon(relay.port, reports=True).start()
        self.drop(daemon)
        report = self.told(relay)[0]
        status = report.raw("message/delivery-status")
        self.assertTrue(all(each in b"\n" or 0x20 <= each <= 0x7E for each in status), status)
        self.assertEqual(
            list(report.fields()[1]),
            ["Final-Recipient", "Action", "Status", "Remote-MTA", "Diagnostic-Code", "Last-Attempt-Date"],
        )
        self.assertEqual(failures(report.data), {"temporary": [], "permanent": ["bob@example.org"]})
