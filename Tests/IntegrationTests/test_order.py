# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Whose turn it is when a relay is slow: urgent mail before normal, new before old, and one sender like the others."""

import threading
import time

from kit import messages
from kit.case import MailTestCase
from kit.scripted_relay import Rule
from kit.waiting import holds_for, wait_until

FLOOD = [f"flood-{number}" for number in range(30)]
# What is claimed before the others are known, and the turns of those that would come last.
EARLY = 10


class Order(MailTestCase):
    def setUp(self):
        super().setUp()
        self.gate = threading.Event()
        self.addCleanup(self.gate.set)
        self.greylisting = Rule("RCPT TO:<old", b"451 4.7.1 greylisted\r\n")
        self.mta = self.relay(rules=[self.greylisting, Rule("<end of content>", self.answer)])
        self.smtpqd = self.daemon(self.mta.port, connections=1, retry=["1s"]).start()

    def answer(self, session, transaction):
        """The only connection stands still until the gate opens, and is slow then."""
        self.gate.wait(60)
        time.sleep(0.05)
        return b"250 2.0.0 ok\r\n"

    def drop(self, *identifiers, **options):
        for each in identifiers:
            self.smtpqd.queue.drop(messages.message(each, recipients=[f"{each}@example.net"], **options), each)

    def block(self):
        self.drop("blocker")
        wait_until(lambda: "blocker" in self.order(), 20, "the blocker to be sent")

    def order(self):
        return [each.header("X-Test") for each in list(self.mta.transactions)]

    def finish(self):
        """Leave the daemon a moment to look at what waits, open the gate, and return the messages in their order."""
        self.assertTrue(holds_for(lambda: self.order()[-1] == "blocker", 3), "a second connection")
        self.gate.set()
        self.smtpqd.wait_for_empty_queue()
        return self.order()

    def test_urgent_mail_overtakes_and_what_is_least_urgent_does_not_starve(self):
        self.block()
        self.drop("least", fields=["Queue-Priority: -4"])
        self.drop(*FLOOD)
        self.drop("urgent", fields=["Queue-Priority: 4"])
        order = self.finish()
        self.assertLess(order.index("urgent"), EARLY, order)
        self.assertLess(order.index("least"), len(order) - EARLY, order)
        self.assertEqual(sorted(order), sorted(["blocker", "least", "urgent", *FLOOD]))

    def test_new_mail_goes_before_old(self):
        old, new = [f"old-{number}" for number in range(10)], [f"new-{number}" for number in range(10)]
        self.drop(*old)
        wait_until(lambda: all(self.smtpqd.queue.journal(each, "retry") for each in old), 20, "the old ones to be deferred")
        self.block()
        self.greylisting.times = 0
        self.drop(*new)
        order = self.finish()
        self.assertLess(sum(map(order.index, new)), sum(map(order.index, old)), order)
        self.assertIn(order[-1], old, order)

    def test_a_flood_of_one_sender_does_not_hold_up_another(self):
        self.block()
        self.drop(*FLOOD)
        self.drop("other", sender="other@app.example")
        order = self.finish()
        self.assertLess(order.index("other"), EARLY, order)
