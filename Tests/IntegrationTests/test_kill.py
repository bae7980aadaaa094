# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""kill -9 in the midst of the work: nothing is lost, and every possible duplicate is announced."""

import collections
import time

from kit import messages
from kit.case import MailTestCase
from kit.waiting import wait_until

MESSAGES = 2000
KILLS = 20
CONNECTIONS = 10


class KilledDaemon(MailTestCase):
    def test_twenty_kills_lose_nothing_and_announce_each_duplicate(self):
        # Each connection carries about 50 messages a second, so that the flow outlasts the kills.
        relay = self.relay(delay=0.02)
        daemon = self.daemon(relay.port, connections=CONNECTIONS)
        stems = {}
        for number in range(MESSAGES):
            stems[daemon.queue.drop(messages.message(str(number), b"x" * 60 + b"\n"))] = str(number)

        in_flight_at_kills, announced = [], collections.Counter()
        for kill in range(KILLS):
            daemon.start()
            goal = (kill + 1) * MESSAGES // (KILLS + 5)
            wait_until(lambda: len(relay.transactions) >= goal, 60, f"{goal} messages at the relay")
            daemon.kill()
            in_flight_at_kills.append(daemon.queue.stems("sending"))
        self.assertTrue(any(in_flight_at_kills), "no kill hit a transaction")
        daemon.start()
        daemon.wait_for_empty_queue(120)
        self.assertEqual(daemon.stop(), 0)

        for entry in daemon.log("recovered"):
            announced[entry["SMTPQ_ID"]] += 1
        received = collections.Counter(each.header("X-Test") for each in relay.transactions)
        lost = set(stems.values()) - set(received)
        self.assertEqual(lost, set())
        duplicates = {stem: received[number] - 1 for stem, number in stems.items() if received[number] > 1}
        left_sending = collections.Counter(stem for each in in_flight_at_kills for stem in each)
        self.assertLessEqual(sum(duplicates.values()), sum(left_sending.values()))
        for stem, count in duplicates.items():
            self.assertLessEqual(count, announced[stem], f"a second copy of {stem} that the log does not announce")
        self.assertEqual(announced, left_sending, "each message that was being sent is announced once, and no other")
        print(
            f"\n  {MESSAGES} messages, {KILLS} kills: {sum(left_sending.values())} were being sent at a kill,"
            f" {sum(duplicates.values())} arrived twice", flush=True,
        )

    def test_recovery_is_idempotent(self):
        relay = self.relay(delay=30.0)
        daemon = self.daemon(relay.port)
        stem = daemon.queue.drop(messages.message("one"))
        for round_number in range(3):
            daemon.start()
            wait_until(lambda: len(relay.transactions) > round_number, 20, "the content at the relay")
            self.assertEqual(daemon.queue.states(stem), ["sending"])
            daemon.kill()
        self.assertEqual(daemon.queue.states(stem), ["sending"])
        relay.script.delay = 0.0
        began = time.monotonic()
        daemon.start()
        daemon.wait_for_empty_queue()
        self.assertLess(time.monotonic() - began, 10, "recovery does not wait for a retry time")
        self.assertEqual(len(daemon.log("recovered")), 3)
