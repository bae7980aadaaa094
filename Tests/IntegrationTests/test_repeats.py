# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""A message is sent again only where its answer was lost, and never because it was enqueued twice under one key."""

from kit import messages
from kit.case import MailTestCase
from kit.scripted_relay import DROP, Rule
from kit.waiting import holds_for, wait_until

BOB = "bob@example.org"


class Repeats(MailTestCase):
    def send(self, daemon, key, body=b"Hello.\n", **options):
        data = messages.message("m", body).partition(b"\n\n")[2]
        return daemon.smtpq("send", "--key", key, "-f", "app@app.example", BOB, data=data, **options)

    def assert_repeat(self, daemon, relay, first):
        """The same key again, also after a restart, sends nothing."""
        copies = len(relay.content_for(BOB))
        for _ in range(2):
            again = self.send(daemon, "order-1001", b"Something else.\n")
            self.assertEqual(again.stdout, first.stdout)
            self.assertIn("under this key before", again.stderr)
            daemon.stop()
            daemon.start()
        self.assertTrue(holds_for(lambda: len(relay.content_for(BOB)) == copies and daemon.queue.waiting == 0, 1))

    def test_T25_an_answer_lost_after_the_final_dot_costs_one_flagged_copy_and_a_repeat_under_the_key_none(self):
        relay = self.relay(rules=[Rule("<end of content>", DROP, times=1)])
        daemon = self.daemon(relay.port, retry=[1]).start()
        first = self.send(daemon, "order-1001")
        self.assertEqual(first.stderr, "")
        wait_until(lambda: len(relay.content_for(BOB)) == 2, 20, "the second copy")
        daemon.wait_for_empty_queue()
        self.assertEqual(len(daemon.log("unconfirmed")), 1)
        self.assert_repeat(daemon, relay, first)

    def test_T25_a_kill_after_the_answer_costs_at_most_one_flagged_copy_and_a_repeat_under_the_key_none(self):
        def answer_and_kill(session, transaction):
            session.send(b"250 2.0.0 ok\r\n")
            daemon.kill()
            return b""

        relay = self.relay(rules=[Rule("<end of content>", answer_and_kill, times=1)])
        daemon = self.daemon(relay.port).start()
        first = self.send(daemon, "order-1001")
        wait_until(lambda: not daemon.program.is_running, 20, "the kill")
        daemon.start()
        daemon.wait_for_empty_queue()
        copies = len(relay.content_for(BOB))
        self.assertEqual(copies - 1, len(daemon.log("recovered")), "a second copy is flagged")
        self.assertLessEqual(copies, 2)
        self.assert_repeat(daemon, relay, first)

    def test_keys_work_without_a_daemon_and_refuse_what_could_not_be_a_key(self):
        daemon = self.daemon(1)
        ids = [self.send(daemon, key).stdout for key in ("a", "b", "a", "b")]
        self.assertEqual(ids[:2], ids[2:])
        self.assertEqual(len(daemon.queue.stems("queued")), 2)
        result = self.send(daemon, "a\nb", check=False)
        self.assertEqual((result.returncode, result.stdout), (64, ""))
        self.assertIn("is no key", result.stderr)
