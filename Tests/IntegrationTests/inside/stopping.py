# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""A stop takes the time that it needs, and no more; the journal explains what happened."""

import unittest

from inside import system
from inside.service_case import ServiceCase
from inside.system import show, systemctl
from kit import messages
from kit.waiting import wait_until


def setUpModule():
    system.install()


class Stopping(ServiceCase):
    def test_a_stop_with_a_full_queue_keeps_every_message(self):
        self.relay.script.delay = 0.2
        for number in range(2000):
            self.queue.drop(messages.message(number), f"m{number}")
        systemctl("start", "smtpqd.service")
        wait_until(lambda: len(self.relay.transactions) >= 50, 30, "mail to flow", describe=system.journal_text)
        self.assertLess(self.stop(), 30)
        self.assertEqual((show("ActiveState"), show("Result")), ("inactive", "success"))
        self.assertEqual(self.queue.stems("sending"), set())
        delivered = len(self.relay.transactions)
        self.assertEqual(len(self.queue.stems("queued")), 2000 - delivered)

    def test_a_transaction_in_flight_gets_more_time_than_the_unit_says(self):
        self.drop_in("TimeoutStopSec=1s\n")
        self.relay.script.delay = 4
        systemctl("start", "smtpqd.service")
        self.queue.drop(messages.message("slow"), "slow")
        wait_until(lambda: self.relay.transactions, 20, "the content", describe=system.journal_text)
        self.assertGreater(self.stop(), 1)
        self.assertEqual(show("Result"), "success")
        self.assertEqual(self.queue.counts(), {each: 0 for each in self.queue.counts()})

    def test_the_journal_explains_an_entry_with_its_own_values(self):
        systemctl("start", "smtpqd.service")
        self.queue.drop(messages.message("explained"), "explained")
        self.assert_delivered("explained")
        wait_until(lambda: system.journal("-t", "smtpqd", "SMTPQ_ID=explained"), 10, "the entry")
        text = system.run("journalctl", "--no-pager", "-x", "-t", "smtpqd", "SMTPQ_ID=explained").stdout
        self.assertIn("Subject: Mail to alice@example.net was delivered", text)
        self.assertIn("took message explained for alice@example.net", text)


if __name__ == "__main__":
    unittest.main()
