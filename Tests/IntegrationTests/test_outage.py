# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The relay is down, then up: the mail waits without an attempt being counted, then all of it goes."""

import time

from kit import messages
from kit.case import MailTestCase
from kit.scripted_relay import DROP, Rule, ScriptedRelay
from kit.waiting import wait_until
from kit.workspace import free_port

MESSAGES = 500


class RelayOutage(MailTestCase):
    def test_500_messages_wait_untouched_and_are_delivered_within_seconds_of_its_return(self):
        port = free_port()
        daemon = self.daemon(port).start()
        stems = [daemon.queue.drop(messages.message(str(number))) for number in range(MESSAGES)]
        daemon.wait_for_log("relayDown")
        wait_until(lambda: daemon.status()["queued"] == MESSAGES, 20, "the status to count all", describe=daemon.status)
        wait_until(lambda: daemon.queue.counts()["queued"] == MESSAGES, 20, "all to be queued", describe=daemon.queue.counts)
        self.assertEqual(list(daemon.queue.path.glob("*.journal")), [], "something was counted")

        relay = ScriptedRelay(port=port).start()
        self.addCleanup(relay.stop)
        up = daemon.wait_for_log("relayUp", seconds=60)
        began = time.monotonic()
        self.assertEqual(len(up), 1)
        daemon.wait_for_empty_queue(20)
        took = time.monotonic() - began
        self.assertEqual(sorted(each.header("X-Test") for each in relay.transactions), sorted(map(str, range(len(stems)))))
        self.assertLess(took, 10, "not all at once")
        print(f"\n  {MESSAGES} messages left within {took:.1f} s of the relay's return", flush=True)

    def test_a_relay_that_dies_midway_costs_no_attempt_of_those_that_wait(self):
        relay = self.relay(rules=[Rule("MAIL", DROP)])
        daemon = self.daemon(relay.port).start()
        stems = [daemon.queue.drop(messages.message(str(number))) for number in range(20)]
        daemon.wait_for_log("relayDown")
        relay.script.rules = []
        daemon.wait_for_empty_queue(60)
        self.assertEqual(len(relay.transactions), len(stems))

    def test_421_is_a_fault_of_the_relay_however_often_it_comes(self):
        relay = self.relay(rules=[Rule("MAIL", b"421 4.3.2 shutting down\r\n")])
        daemon = self.daemon(relay.port).start()
        stem = daemon.queue.drop(messages.message("one"))
        wait_until(lambda: relay.verbs().count("MAIL") >= 4, 60, "a fourth probe")
        self.assert_waits(daemon, stem, "serviceClosing", "shutting down")
        relay.script.rules = []
        self.assert_delivered(daemon, relay, "alice@example.net", seconds=60)

    def test_a_greeting_that_is_no_welcome_is_a_fault_of_the_relay(self):
        for greeting in (b"451 4.3.0 try later\r\n", b"554 5.7.1 go away\r\n"):
            with self.subTest(greeting):
                relay = self.relay(greeting=greeting)
                daemon = self.daemon(relay.port, name=f"daemon{relay.port}").start()
                stem = daemon.queue.drop(messages.message("one"))
                self.assert_waits(daemon, stem, "greeting")
                relay.script.greeting = b"220 relay.test ESMTP\r\n"
                self.assert_delivered(daemon, relay, "alice@example.net", seconds=60)

    def test_a_hung_relay_is_left_after_its_time_out(self):
        relay = self.relay(rules=[Rule("EHLO", late(20))])
        daemon = self.daemon(relay.port, timeout=2).start()
        stem = daemon.queue.drop(messages.message("one"))
        self.assert_waits(daemon, stem, "timeout")


def late(seconds):
    """A reply that comes too late."""

    def reply(session, command):
        time.sleep(seconds)
        return DROP

    return reply
