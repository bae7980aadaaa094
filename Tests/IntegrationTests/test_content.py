# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""What content may look like on the wire: only CRLF, one end, nothing smuggled, nothing corrupted."""

import email
import re

from kit import messages
from kit.case import MailTestCase
from kit.waiting import wait_until

BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")


class Content(MailTestCase):
    def setUp(self):
        super().setUp()
        self.mta = self.relay()
        self.smtpqd = self.daemon(self.mta.port).start()

    def sent(self, body):
        """Send one message; return its transaction."""
        before = len(self.mta.transactions)
        self.smtpqd.queue.drop(messages.message("one", body))
        wait_until(lambda: len(self.mta.transactions) > before, 20, "the message", describe=self.smtpqd.queue.counts)
        self.smtpqd.wait_for_empty_queue()
        return self.mta.transactions[-1]

    def test_T14_no_content_ends_the_data_early(self):
        smuggled = b"MAIL FROM:<evil@example.net>\r\nRCPT TO:<victim@example.net>\r\nDATA\r\nSubject: evil\r\n\r\nevil"
        for ending in (b"\n.\n", b"\r.\r", b"\r\n.\r", b"\n.\r\n", b"\r.\n", b"\r\n.\n", b"\r\n.\r\n", b"\n.\r", b"\r.\r\n"):
            with self.subTest(ending):
                body = b"before" + ending + smuggled + ending + b"QUIT"
                transaction = self.sent(body)
                self.assertTrue(transaction.wire.endswith(b"\r\n.\r\n"))
                self.assertEqual(transaction.wire.count(b"\r\n.\r\n"), 1)
                self.assertIsNone(BARE.search(transaction.wire), "a bare CR or LF on the wire")
                arrived = transaction.content.split(b"\r\n\r\n", 1)[1].replace(b"\r\n", b"\n")
                self.assertEqual(arrived, messages.arrived_body(body))
        self.assertEqual(len(self.mta.transactions), 9)
        self.assertNotIn(b"evil@example.net", b"".join(command for _, command in self.mta.commands))

    def test_T14_awkward_bodies_arrive_as_they_are(self):
        for name, body in messages.awkward_bodies().items():
            with self.subTest(name):
                transaction = self.sent(body)
                self.assertIsNone(BARE.search(transaction.wire))
                arrived = transaction.content.split(b"\r\n\r\n", 1)[1].replace(b"\r\n", b"\n")
                self.assertEqual(messages.digest(arrived), messages.digest(messages.arrived_body(body)))

    def fails(self, body):
        """Send one message that must fail; return the outcome of its recipient."""
        stem = self.smtpqd.queue.drop(messages.message("bad", body))
        wait_until(lambda: self.smtpqd.queue.states(stem) == ["failed"], 20, "the message to fail")
        return self.smtpqd.queue.journal(stem, "recipient")[-1]

    def offer(self, *extensions):
        """Let the relay offer something else from the next connection on."""
        self.mta.script.extensions = list(extensions)
        self.smtpqd.reload()
        self.smtpqd.program.wait_for_output("configuration reloaded")

    def test_T23_what_the_relay_cannot_carry_arrives_re_encoded(self):
        def check(body):
            with self.subTest(body[:20]):
                wire = self.sent(body).wire
                self.assertTrue(wire.isascii() and b"\0" not in wire, "not seven bits")
                self.assertLessEqual(max(map(len, wire.split(b"\r\n"))), 998)
                arrived = email.message_from_bytes(self.mta.transactions[-1].content).get_payload(decode=True)
                self.assertEqual(messages.digest(arrived.replace(b"\r\n", b"\n")), messages.digest(body))

        for body in (b"x" * 999 + b"\n", b"x" * (1 << 20) + b"\n", b"nul\0nul\n"):
            check(body)
        self.offer("PIPELINING")
        check(b"eight bits: \xe4\n")

    def test_T23_what_cannot_be_carried_at_all_fails_with_its_reason(self):
        self.offer("PIPELINING", "SIZE 2000")
        signed = b"Content-Type: multipart/signed; boundary=b; micalg=x; protocol=\"a/b\"\n\n--b\n\n\xe4\n--b\n\nx\n--b--\n"
        stem = self.smtpqd.queue.drop(b"From: app@app.example\nTo: alice@example.net\n" + signed)
        wait_until(lambda: self.smtpqd.queue.states(stem) == ["failed"], 20, "the message to fail")
        self.assertEqual(self.smtpqd.queue.journal(stem, "recipient")[-1]["status"], "5.6.3")
        self.assertEqual(self.fails(b"x\n" * 2000)["status"], "5.3.4")
        self.assertEqual(self.mta.transactions, [])
        for outcome in self.smtpqd.log("failed"):
            self.assertTrue(outcome["SMTPQ_REPLY"], "no reason")

    def test_T23_lines_of_998_bytes_and_eight_bits_are_carried(self):
        self.sent(b"x" * 998 + b"\n")
        self.sent(b"eight bits: \xe4\n")
        self.assertIn(b"BODY=8BITMIME", b"".join(command for _, command in self.mta.commands))

    def test_bcc_of_a_plain_message_is_an_address_and_no_line(self):
        self.smtpqd.queue.drop(
            b"From: App <app@app.example>\nTo: alice@example.net\nBcc: secret@example.org,\n other@example.org\nSubject: x\n\nx\n"
        )
        wait_until(lambda: self.mta.transactions, 20, "the message")
        transaction = self.mta.transactions[0]
        self.assertEqual(transaction.sender, "app@app.example")
        self.assertEqual(set(transaction.recipients), {"alice@example.net", "secret@example.org", "other@example.org"})
        self.assertNotIn(b"example.org", transaction.wire)
        self.assertRegex(transaction.header("Message-ID"), r"^<[^<>@\s]+@[^<>@\s]+>$")
        self.assertTrue(transaction.header("Date"))

    def test_dsn_parameters_are_passed_on_where_the_relay_offers_them(self):
        data = (
            b"Queue-From: <app@app.example> RET=HDRS ENVID=order-1001\n"
            b"Queue-To: <alice@example.net> NOTIFY=FAILURE,DELAY ORCPT=rfc822;alice@example.net\n\nSubject: x\n\nx\n"
        )
        self.smtpqd.queue.drop(data)
        wait_until(lambda: len(self.mta.transactions) == 1, 20, "the message")
        commands = b"\n".join(command for _, command in self.mta.commands)
        for parameter in (b"RET=HDRS", b"ENVID=order-1001", b"NOTIFY=FAILURE,DELAY", b"ORCPT=rfc822;alice@example.net"):
            self.assertIn(parameter, commands)
