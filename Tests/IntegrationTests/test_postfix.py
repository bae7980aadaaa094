# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Postfix with STARTTLS and a login takes the mail, and nothing is lost, doubled or changed."""

import collections
import random
import threading

from kit import messages
from kit.case import MailTestCase
from kit.certificates import Authority
from kit.dovecot import Dovecot
from kit.postfix import INBOX, LOGIN, TLS, Postfix
from kit.waiting import wait_until

WRITERS = 4
MESSAGES_PER_WRITER = 250


class PostfixDelivery(MailTestCase):
    def setUp(self):
        super().setUp()
        authority = Authority(self.workspace.folder("tls"))
        certificate, key = authority.issue("relay")
        dovecot = Dovecot(self.workspace.folder("dovecot"), {"app": "sesame"}).start()
        self.addCleanup(dovecot.stop)
        settings = INBOX + TLS.format(level="encrypt", certificate=certificate, key=key) + LOGIN.format(socket=dovecot.socket)
        self.postfix = Postfix(self.workspace.folder("postfix"), settings).start()
        self.addCleanup(self.postfix.stop)
        self.smtpqd = self.daemon(
            self.postfix.port, tls="starttls", authorities=authority.certificate, login=("app", "sesame")
        )

    def test_a_thousand_files_of_four_writers_arrive_exactly_once_with_unchanged_bodies(self):
        expected = {}
        writers = [
            threading.Thread(target=self.write, args=(number, expected)) for number in range(WRITERS)
        ]
        self.smtpqd.start()
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        self.assertEqual(len(expected), WRITERS * MESSAGES_PER_WRITER)

        self.smtpqd.wait_for_empty_queue(180)
        copies = sum(len(recipients) for recipients, _ in expected.values())
        wait_until(
            lambda: self.postfix.queue_length() == 0 and len(self.postfix.inbox()) >= copies, 120, f"{copies} copies",
            describe=lambda: f"{len(self.postfix.inbox())} arrived, {self.postfix.queue_length()} in Postfix's queue",
        )
        self.assertEqual(self.postfix.accepted_count(), len(expected), "transactions that Postfix accepted")

        arrived = collections.Counter()
        for path in self.postfix.inbox():
            header, _, body = path.read_bytes().partition(b"\n\n")
            fields = dict(line.split(": ", 1) for line in header.decode().splitlines() if ": " in line)
            identifier = fields["X-Test"]
            arrived[identifier, fields["Delivered-To"]] += 1
            self.assertEqual(messages.digest(body), expected[identifier][1], f"the body of {identifier}")
            self.assertIn("with ESMTPSA", header.decode(), "not over TLS with a login")
            self.assertNotIn("Queue-", header.decode(), "the envelope block was sent")
        every_copy = {(identifier, to): 1 for identifier, (recipients, _) in expected.items() for to in recipients}
        self.assertEqual(arrived, every_copy)
        self.assertEqual([each.name for each in self.smtpqd.queue.path.iterdir() if each.name[0] != "."], [])

    def write(self, number, expected):
        """Drop this writer's files: every awkward body once, then plain ones; some to two recipients."""
        source = random.Random(number)
        awkward = messages.awkward_bodies()
        for index in range(MESSAGES_PER_WRITER):
            name, body = awkward.popitem() if awkward else ("plain", source.randbytes(2000).hex().encode() + b"\n")
            identifier = f"{number}-{index}-{name}"
            recipients = [f"user{index}@example.net", f"other{index}@example.org"][: 1 + index % 2]
            self.smtpqd.queue.drop(messages.message(identifier, wrapped(body), recipients))
            expected[identifier] = (recipients, messages.digest(messages.arrived_body(wrapped(body))))


def wrapped(body):
    """A body whose plain lines are short enough for SMTP."""
    if len(max(body.splitlines() or [b""], key=len)) <= 998:
        return body
    return b"\n".join(body[start : start + 900] for start in range(0, len(body), 900))
