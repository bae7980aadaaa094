# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The test case that the others stand on: a workspace for each test, closed whatever happens."""

import unittest

from .component import Component, ComponentError
from .daemon import Daemon
from .scripted_relay import ScriptedRelay
from .waiting import holds_for, wait_until
from .workspace import Workspace


class MailTestCase(unittest.TestCase):
    """A test with a workspace of its own. What it starts ends with it."""

    maxDiff = 2000

    def setUp(self):
        self.workspace = Workspace(type(self).__name__)
        self.addCleanup(self.workspace.close)

    def relay(self, **script):
        """Start a scripted relay."""
        relay = ScriptedRelay(**script).start()
        self.addCleanup(relay.stop)
        return relay

    def daemon(self, port, name="daemon", **options):
        """Make a daemon for a relay on `port`; it is not started."""
        daemon = Daemon(self.workspace.folder(name), port, **options)
        self.addCleanup(daemon.close)
        return daemon

    def component(self, port, environment=None, **properties):
        """Start a component with a message, for a server on `port`."""
        given = {
            "MailServer": "localhost", "MailPort": port, "From": "App <app@app.example>", "SendTo": "alice@example.net",
            "Subject": "Hello", "MessageText": "How are you?\r\n", "Timeout": 20, **properties,
        }
        component = Component(environment, **given)
        self.addCleanup(component.close)
        return component

    def assert_fails(self, code, text, act):
        """Something that is done with a component fails with a code, and a text that says why."""
        with self.assertRaises(ComponentError) as caught:
            act()
        self.assertEqual(caught.exception.code, code, caught.exception)
        self.assertIn(text, caught.exception.text)

    def assert_delivered(self, daemon, relay, recipient, seconds=30):
        """Wait until one transaction has brought a message to the recipient, and the queue is empty."""
        wait_until(
            lambda: relay.content_for(recipient), seconds, f"a message for {recipient}",
            describe=lambda: f"{daemon.queue.counts()}\n{daemon.program.output()[-3000:]}",
        )
        daemon.wait_for_empty_queue(seconds)
        self.assertEqual(len(relay.content_for(recipient)), 1, "delivered more than once")

    def assert_waits(self, daemon, stem, kind, text="", settle=1.0):
        """Wait until the relay is marked down for a fault of `kind`; the message then waits and no attempt is counted."""
        entry = daemon.wait_for_log("relayDown")[0]
        self.assertIn(f"({kind})", entry["msg"])
        self.assertIn(text, entry["msg"])
        self.assertEqual(entry["SMTPQ_RELAY"], "primary")

        def is_down():
            relay = daemon.status()["relays"][0]
            return relay["state"] in ("open", "probing") and text in relay.get("reason", "")

        wait_until(is_down, 10, "the relay to be down in the status file", describe=daemon.status)
        shown = daemon.smtpq("status").stdout
        self.assertIn("primary", shown)
        self.assertIn(text, shown)
        self.assertTrue(
            holds_for(lambda: "failed" not in daemon.queue.states(stem), settle), "a fault of the relay was put on the message"
        )
        wait_until(lambda: daemon.queue.states(stem) == ["queued"], 10, "the message to wait in the queue")
        self.assertEqual(daemon.queue.journal(stem, "attempt"), [], "an attempt was counted")
