# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The class SMTP with queue directories and the daemon, and methods that are interrupted."""

import threading

from kit import messages
from kit.case import MailTestCase
from kit.postfix import INBOX, OPEN, Postfix
from kit.queue_directory import QueueDirectory
from kit.scripted_relay import DROP, Rule
from kit.waiting import wait_until


class Queueing(MailTestCase):
    def setUp(self):
        super().setUp()
        self.server = Postfix(self.workspace.folder("postfix"), INBOX + OPEN).start()
        self.addCleanup(self.server.stop)
        self.queue = QueueDirectory(self.workspace.folder("queue"))

    def assert_arrived(self, count):
        wait_until(lambda: len(self.server.inbox()) >= count, 20, f"{count} messages", describe=lambda: self.server.log()[-2000:])
        self.assertEqual(len(self.server.inbox()), count)

    def states(self):
        """How many files are in each state that is in use."""
        return {state: count for state, count in self.queue.counts().items() if count}

    def test_a_queue_is_sent_and_kept_or_not(self):
        component = self.component(self.server.port, BCc="hidden@example.net")
        names = [component.call("Queue", self.queue.path) for _ in range(5)]
        self.assertEqual(names, sorted(names))
        self.assertEqual({f"{stem}.queued" for stem in self.queue.stems("queued")}, set(names))
        self.assertEqual(component.trail, [])
        text = (self.queue.path / names[0]).read_text()
        self.assertIn("Queue-To: <hidden@example.net>", text)
        self.assertEqual(text.count("hidden@example.net"), 1)
        component.call("ProcessQueue", self.queue.path)
        self.assertEqual(self.states(), {})
        self.assertEqual(sum(line.startswith("C: EHLO") for line in component.trail), 1)
        component.config(KeepQueue=True)
        kept = component.call("Queue", self.queue.path)
        component.call("ProcessQueue", self.queue.path)
        self.assertEqual(self.queue.stems("sent"), {kept.removesuffix(".queued")})
        # The hidden recipient has a copy of each.
        self.assert_arrived(12)

    def test_the_daemon_sends_what_the_class_has_queued(self):
        daemon = self.daemon(self.server.port, keep=True)
        component = self.component(self.server.port, Subject="Grüße", MessageText=".\r\n")
        component.config(Charset="UTF-8")
        before = [component.call("Queue", daemon.queue.path) for _ in range(3)]
        daemon.start()
        after = [component.call("Queue", daemon.queue.path) for _ in range(3)]
        daemon.wait_for_empty_queue()
        self.assertEqual({f"{stem}.queued" for stem in daemon.queue.stems("sent")}, {*before, *after})
        self.assert_arrived(6)
        self.assert_fails(194, "", lambda: component.call("ProcessQueue", daemon.queue.path))

    def test_the_class_sends_what_was_queued_for_the_daemon(self):
        daemon = self.daemon(self.server.port)
        dropped = daemon.queue.drop(messages.message("dropped", b"by an application\n.\n"))
        daemon.smtpq("send", "-f", "app@app.example", "alice@example.net", data=b"Subject: by smtpq\n\nhello\n")
        malformed = daemon.queue.drop(b"Queue-Colour: red\n\nSubject: x\n\n")
        component = self.component(self.server.port)
        self.assert_fails(195, "", lambda: component.call("ProcessQueue", daemon.queue.path))
        self.assertEqual(daemon.queue.states(dropped), [])
        self.assertEqual(daemon.queue.states(malformed), ["failed"])
        self.assert_arrived(2)

    def test_what_is_missing_is_told_and_nothing_is_queued(self):
        component = self.component(self.server.port)
        self.assert_fails(194, "", lambda: component.call("Queue", self.workspace.path / "nowhere"))
        component.set(From="")
        self.assert_fails(164, "", lambda: component.call("Queue", self.queue.path))
        self.assertEqual(list(self.queue.path.iterdir()), [])


class OnePass(MailTestCase):
    def queue_with(self, component, count):
        queue = QueueDirectory(self.workspace.folder("queue"))
        for _ in range(count):
            component.call("Queue", queue.path)
        return queue

    def test_a_refused_message_fails_and_the_next_one_follows(self):
        relay = self.relay(rules=[Rule("MAIL", b"550 5.1.0 not you\r\n", times=1)])
        component = self.component(relay.port)
        queue = self.queue_with(component, 3)
        self.assert_fails(161, "550 5.1.0 not you", lambda: component.call("ProcessQueue", queue.path))
        self.assertEqual((queue.counts()["failed"], queue.waiting, len(relay.transactions)), (1, 0, 2))
        self.assertEqual([each["ErrorCode"] for each in component.events("Error")], [161])

    def test_a_lost_connection_fails_one_message_and_leaves_the_others(self):
        relay = self.relay(rules=[Rule("MAIL", lambda *_: None, times=1), Rule("MAIL", DROP)])
        component = self.component(relay.port)
        queue = self.queue_with(component, 3)
        self.assert_fails(1120, "", lambda: component.call("ProcessQueue", queue.path))
        self.assertEqual((queue.counts()["failed"], queue.counts()["queued"], queue.counts()["sending"]), (1, 1, 0))


class Interruption(MailTestCase):
    """A server that hangs at a command; another thread interrupts."""

    def hanging_at(self, pattern):
        reached, end = threading.Event(), threading.Event()
        self.addCleanup(end.set)
        self.reached = reached

        def hang(*_):
            reached.set()
            end.wait(60)
            return DROP

        return self.component(self.relay(rules=[Rule(pattern, hang)]).port)

    def assert_interrupted(self, component, method, argument=None):
        answer = component.start(method, argument)
        self.assertTrue(self.reached.wait(20))
        self.assertEqual(component["Idle"], "False")
        self.assert_fails(166, "busy", lambda: component.call("Connect"))
        component.call("Interrupt")
        self.assert_fails(301, "interrupted", answer)
        self.assertEqual((component["Idle"], component["Connected"]), ("True", "False"))

    def test_each_phase_can_be_interrupted(self):
        for pattern in ("EHLO", "MAIL", "DATA", "<end of content>"):
            with self.subTest(pattern):
                component = self.hanging_at(pattern)
                self.assert_interrupted(component, "Send")
                component.call("Interrupt")
                component.set(MailPort=self.relay().port)
                component.call("Send")

    def test_the_file_in_work_fails_and_the_others_wait(self):
        component = self.hanging_at("DATA")
        queue = QueueDirectory(self.workspace.folder("queue"))
        for _ in range(3):
            component.call("Queue", queue.path)
        self.assert_interrupted(component, "ProcessQueue", queue.path)
        self.assertEqual((queue.counts()["failed"], queue.counts()["queued"], queue.counts()["sending"]), (1, 2, 0))

    def test_a_server_that_says_nothing_times_out(self):
        component = self.hanging_at("EHLO")
        component.set(Timeout=1)
        self.assert_fails(201, "", lambda: component.call("Send"))
        component = self.hanging_at("EHLO")
        component.set(Timeout=3600)
        component.config(ConnectionTimeout=1)
        self.assert_interrupted(component, "Connect")
