# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Several relays: routes, fail-over and return, a hung relay, a reload, rates; and what smtpq tells of it."""

import json
import time

from kit import messages
from kit.case import MailTestCase
from kit.postfix import INBOX, OPEN, Postfix
from kit.scripted_relay import DROP, Rule
from kit.waiting import holds_for, wait_until


def to(domain, identifier, sender="app@app.example", fields=()):
    """A message to alice at a domain."""
    return messages.message(identifier, recipients=[f"alice@{domain}"], sender=sender, fields=fields)


class FailOver(MailTestCase):
    def test_the_next_postfix_takes_the_mail_of_one_that_stops_and_hands_back_when_it_returns(self):
        first, second = (
            Postfix(self.workspace.folder(name), INBOX + OPEN, processes=5).start() for name in ("first", "second")
        )
        self.addCleanup(second.stop)
        self.addCleanup(first.stop)
        daemon = self.daemon(first.port)
        daemon.add_relay("backup", second.port)
        daemon.start()
        for number in range(20):
            daemon.queue.drop(messages.message(f"a{number}"))
        daemon.wait_for_empty_queue()
        self.assertEqual((first.accepted_count(), second.accepted_count()), (20, 0))

        first.stop()
        stems = [daemon.queue.drop(messages.message(f"b{number}")) for number in range(100)]
        daemon.wait_for_empty_queue()
        self.assertEqual(second.accepted_count(), 100)
        self.assertEqual([stem for stem in stems if daemon.queue.states(stem)], [])

        def status():
            return json.loads(daemon.smtpq("status", "--json").stdout)["relays"]

        wait_until(
            lambda: [relay["state"] == "ok" for relay in status()] == [False, True],
            10, "the status to tell which relay works", describe=daemon.status,
        )
        explained = daemon.smtpq("explain", "route", "alice@example.net").stdout
        self.assertIn("takes it now", next(line for line in explained.splitlines() if "backup" in line), explained)

        first.start()
        daemon.smtpq("flush", "--all")
        number = 100

        def is_back():
            nonlocal number
            if daemon.queue.waiting == 0:
                number += 1
                daemon.queue.drop(messages.message(f"c{number}"))
            return first.accepted_count() > 20

        wait_until(is_back, 60, "the first relay to be used again", describe=daemon.program.output)
        daemon.wait_for_empty_queue()
        wait_until(
            lambda: first.accepted_count() + second.accepted_count() == 20 + number, 20, "each message once",
            describe=lambda: (first.accepted_count(), second.accepted_count(), number),
        )


class Routes(MailTestCase):
    def setUp(self):
        super().setUp()
        self.relays = {name: self.relay() for name in ("primary", "billing", "partner")}
        self.smtpqd = self.daemon(self.relays["primary"].port)
        for name in ("billing", "partner"):
            self.smtpqd.add_relay(name, self.relays[name].port)
        self.smtpqd.route(
            {"Sender": "billing@app.example", "Relays": ["billing"]},
            {"Sender": "@invoices.example", "Relays": ["billing"]},
            {"Recipient": ["@partner.example", "@.partner.example"], "Relays": ["partner"]},
            {"Name": "rest", "Relays": ["primary"]},
        )

    def taken(self):
        """Which relay has taken which messages."""
        return {
            name: sorted(each.header("X-Test") for each in relay.transactions) for name, relay in self.relays.items()
        }

    def test_mail_goes_by_sender_by_recipient_and_by_the_relay_that_it_names(self):
        daemon = self.smtpqd.start()
        daemon.queue.drop(to("example.net", "plain"))
        daemon.queue.drop(to("example.net", "sender", sender="billing@app.example"))
        daemon.queue.drop(to("example.net", "sender-domain", sender="x@invoices.example"))
        daemon.queue.drop(to("partner.example", "recipient"))
        daemon.queue.drop(to("deep.partner.example", "sub-domain"))
        daemon.queue.drop(to("partner.example", "named", fields=["Queue-Relay: primary"]))
        daemon.wait_for_empty_queue()
        self.assertEqual(
            self.taken(),
            {
                "primary": ["named", "plain"], "billing": ["sender", "sender-domain"],
                "partner": ["recipient", "sub-domain"],
            },
        )
        for arguments, relay in (
            (("alice@example.net",), "primary"), (("-f", "billing@app.example", "alice@example.net"), "billing"),
            (("alice@deep.partner.example",), "partner"),
        ):
            shown = daemon.smtpq("explain", "route", *arguments).stdout
            self.assertIn(relay, next(line for line in shown.splitlines() if "takes it now" in line))

    def test_recipients_of_one_message_go_their_own_ways_each_once(self):
        daemon = self.smtpqd.start()
        daemon.queue.drop(messages.message("mixed", recipients=["a@partner.example", "b@example.net", "c@partner.example"]))
        daemon.wait_for_empty_queue()
        got = {name: [each.recipients for each in relay.transactions] for name, relay in self.relays.items()}
        self.assertEqual(
            got, {"primary": [["b@example.net"]], "billing": [], "partner": [["a@partner.example", "c@partner.example"]]}
        )

    def test_a_reload_sends_what_waits_the_new_way(self):
        self.relays["partner"].stop()
        daemon = self.smtpqd.start()
        stems = [daemon.queue.drop(to("partner.example", str(number))) for number in range(50)]
        daemon.wait_for_log("relayDown")
        self.assertTrue(holds_for(lambda: daemon.queue.waiting == len(stems), 0.5))
        daemon.route({"Relays": ["primary"]})
        daemon.reload()
        daemon.wait_for_empty_queue()
        self.assertEqual(len(self.relays["primary"].transactions), len(stems))

    def test_a_relay_of_no_name_is_told_in_the_queue(self):
        daemon = self.smtpqd.start()
        stem = daemon.queue.drop(to("example.net", "lost", fields=["Queue-Relay: nowhere"]))
        wait_until(lambda: daemon.queue.journal(stem, "attempt"), 20, "an attempt", describe=daemon.program.output)
        wait_until(lambda: daemon.queue.states(stem) == ["queued"], 10, "it to wait again")
        self.assertIn("no such relay", daemon.smtpq("list").stdout)


class HungRelay(MailTestCase):
    def test_a_relay_that_hangs_in_each_command_delays_no_mail_of_another(self):
        def never(session, command):
            time.sleep(30)
            return DROP

        hung, healthy = self.relay(rules=[Rule("MAIL", never)]), self.relay()
        daemon = self.daemon(hung.port, stop_grace="1 s")
        daemon.add_relay("healthy", healthy.port)
        daemon.route({"Recipient": "@hung.example", "Relays": ["primary"]}, {"Relays": ["healthy"]})
        for number in range(300):
            daemon.queue.drop(to("hung.example", f"hung{number}"))
        daemon.start()
        wait_until(lambda: "MAIL" in hung.verbs(), 20, "the relay to hang", describe=daemon.program.output)
        for number in range(300):
            daemon.queue.drop(to("healthy.example", f"healthy{number}"))
        wait_until(
            lambda: len(healthy.transactions) == 300, 20, "all mail of the healthy relay",
            describe=lambda: f"{len(healthy.transactions)}\n{daemon.program.output()[-2000:]}",
        )
        wait_until(lambda: daemon.queue.waiting == 300, 10, "only mail of the hung relay to wait", describe=daemon.queue.counts)


class Rates(MailTestCase):
    def test_no_second_has_more_messages_than_the_relay_is_to_get(self):
        relay = self.relay()
        daemon = self.daemon(relay.port, messages_per_second=20)
        for number in range(70):
            daemon.queue.drop(messages.message(str(number)))
        daemon.start()
        daemon.wait_for_empty_queue()
        times = sorted(each.time for each in relay.transactions)
        # The relay's clock starts when a message has come, the daemon's when it is sent: one in flight may slip.
        spans = [later - earlier for earlier, later in zip(times, times[21:])]
        self.assertGreater(min(spans), 0.8)


class Weights(MailTestCase):
    def test_relays_of_one_rank_share_the_mail_by_weight(self):
        heavy, light = self.relay(), self.relay()
        daemon = self.daemon(heavy.port, weight=3)
        daemon.add_relay("light", light.port, weight=1)
        daemon.route({"Relays": [["primary", "light"]]})
        daemon.start()
        # A few at a time: while one has no room for more, the other one takes its share.
        for number in range(0, 400, 10):
            for each in range(number, number + 10):
                daemon.queue.drop(messages.message(str(each)))
            daemon.wait_for_empty_queue()
        counts = len(heavy.transactions), len(light.transactions)
        self.assertEqual(sum(counts), 400)
        self.assertGreater(counts[0], 240, "nearly 300 expected")
        self.assertGreater(counts[1], 50, "nearly 100 expected")
