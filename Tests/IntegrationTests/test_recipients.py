# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Each recipient has an outcome of its own."""

import datetime
import time

from kit import messages
from kit.case import MailTestCase
from kit.scripted_relay import Rule
from kit.waiting import wait_until

THREE = ("alice@example.net", "bob@example.org", "carol@example.com")
GREYLISTED = b"451 4.7.1 greylisted, come back\r\n"


class RecipientOutcomes(MailTestCase):
    def test_of_three_two_are_delivered_once_and_the_third_is_retried_on_schedule(self):
        relay = self.relay(rules=[Rule("RCPT TO:<bob@", GREYLISTED, times=2)])
        daemon = self.daemon(relay.port, retry=[2, 3]).start()
        stem = daemon.queue.drop(messages.message("three", recipients=THREE))
        self.assert_delivered(daemon, relay, "bob@example.org")
        self.assertEqual([each.recipients for each in relay.transactions], [[THREE[0], THREE[2]], [THREE[1]]])
        self.assertEqual(daemon.queue.states(stem), [], "a delivered message leaves the queue")

        deferred = daemon.log("deferred")
        self.assertEqual([each["SMTPQ_RECIPIENT"] for each in deferred], ["bob@example.org"] * 2)
        self.assertEqual({each["SMTPQ_CODE"] for each in deferred}, {"451"})
        self.assertEqual({each["SMTPQ_STATUS"] for each in deferred}, {"4.7.1"})
        self.assertEqual([each["SMTPQ_ATTEMPT"] for each in deferred], ["1", "2"])
        asked = [number for number, command in enumerate(relay.commands) if b"bob@" in command[1]]
        self.assertEqual(len(asked), 3, "bob was tried three times")

    def test_the_schedule_survives_a_restart(self):
        relay = self.relay(rules=[Rule("RCPT TO:<bob@", GREYLISTED, times=1)])
        daemon = self.daemon(relay.port, retry=[6]).start()
        stem = daemon.queue.drop(messages.message("three", recipients=THREE))
        retry = wait_until(lambda: daemon.queue.journal(stem, "retry"), 20, "a time for the retry")[0]
        due = datetime.datetime.fromisoformat(retry["next"].replace("Z", "+00:00")).timestamp()
        self.assertAlmostEqual(due - time.time(), 6, delta=2.5)
        wait_until(lambda: daemon.queue.states(stem) == ["queued"], 10, "the message to be queued again")
        daemon.stop()
        daemon.start()
        self.assert_delivered(daemon, relay, "bob@example.org")
        self.assertGreaterEqual(relay.content_for("bob@example.org")[0].time, due - 0.1, "tried before its time")
        self.assertEqual(len(relay.content_for("alice@example.net")), 1)
        self.assertEqual(len(relay.content_for("carol@example.com")), 1)
        self.assertEqual(daemon.log("recovered"), [])

    def test_550_leaves_a_failed_file_with_the_reply_in_its_journal(self):
        relay = self.relay(rules=[Rule("RCPT TO:<bob@", b"550 5.1.1 no such user\r\n")])
        daemon = self.daemon(relay.port).start()
        data = messages.message("three", recipients=THREE)
        stem = daemon.queue.drop(data)
        wait_until(lambda: daemon.queue.states(stem) == ["failed"], 20, "the message to fail")
        outcomes = {each["to"]: each for each in daemon.queue.journal(stem, "recipient")}
        self.assertEqual({to: each["outcome"] for to, each in outcomes.items()}, {
            THREE[0]: "delivered", THREE[1]: "failed", THREE[2]: "delivered",
        })
        bob = outcomes["bob@example.org"]
        self.assertEqual((bob["code"], bob["status"]), (550, "5.1.1"))
        self.assertIn("no such user", bob["reply"])
        self.assertEqual((daemon.queue.path / f"{stem}.failed").read_bytes(), data, "the whole message is kept")
        self.assertEqual([each.recipients for each in relay.transactions], [[THREE[0], THREE[2]]])

    def test_a_refusal_of_the_whole_message_concerns_all_its_recipients(self):
        for code, state in ((b"554 5.7.1 spam\r\n", "failed"), (b"452 4.3.1 full\r\n", "queued")):
            with self.subTest(state):
                relay = self.relay(rules=[Rule("<end of content>", code, times=1)])
                daemon = self.daemon(relay.port, name=state).start()
                stem = daemon.queue.drop(messages.message("three", recipients=THREE))
                wait_until(lambda: len(daemon.queue.journal(stem, "recipient")) == 3, 20, "three outcomes")
                wait_until(lambda: daemon.queue.states(stem) == [state], 10, f"the message to be {state}")
                self.assertEqual({each["code"] for each in daemon.queue.journal(stem, "recipient")}, {int(code[:3])})

    def test_a_message_that_stays_refused_fails_at_its_expiry(self):
        relay = self.relay(rules=[Rule("RCPT", GREYLISTED)])
        daemon = self.daemon(relay.port, retry=[1]).start()
        expires = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=4)
        stem = daemon.queue.drop(messages.message("old", fields=[f"Queue-Expires: {expires:%Y-%m-%dT%H:%M:%SZ}"]))
        wait_until(lambda: daemon.queue.states(stem) == ["failed"], 20, "the message to fail")
        self.assertGreaterEqual(time.time(), expires.timestamp() - 1)
        self.assertIn("greylisted", daemon.queue.journal(stem, "recipient")[-1]["reply"])

    def test_a_delayed_message_waits_for_its_time(self):
        relay = self.relay()
        daemon = self.daemon(relay.port).start()
        after = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=4)
        daemon.queue.drop(messages.message("later", fields=[f"Queue-After: {after:%Y-%m-%dT%H:%M:%SZ}"]))
        self.assert_delivered(daemon, relay, "alice@example.net")
        self.assertGreaterEqual(relay.transactions[0].time, int(after.timestamp()))
