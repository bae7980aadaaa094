# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""smtpqd.path starts the daemon with the first file; with ExitWhenIdle it ends by itself."""

import unittest

from inside import system
from inside.service_case import ServiceCase
from inside.system import QUEUE, show, systemctl
from kit import messages
from kit.scripted_relay import Rule
from kit.waiting import holds_for, wait_until


def setUpModule():
    system.install()


class StartedByMail(ServiceCase):
    def setUp(self):
        super().setUp()
        self.configure(ExitWhenIdle="5s", RetryIntervals=["7s"])

    def test_the_first_file_starts_it_and_none_is_missed_that_comes_while_it_ends(self):
        systemctl("start", "smtpqd.path")
        self.assertEqual(show("ActiveState"), "inactive")
        for round in range(2):
            stem = self.queue.drop(messages.message(round), f"round-{round}")
            self.assert_delivered(stem)
            self.assertEqual(show("ActiveState"), "active")
            wait_until(lambda: show("SubState") != "running", 20, "the end", every=0, describe=system.journal_text)
        self.wait_for("inactive")
        self.assertEqual((show("Result"), show("ExecMainStatus")), ("success", "0"))
        self.assertEqual(show("ActiveState", "smtpqd.path"), "active")

    def test_what_nobody_waits_for_does_not_start_it(self):
        for name in ("a.failed", "a.journal", "b.held", "c.sent", ".hidden.queued", "queued", "note.txt"):
            (QUEUE / name).write_text("x\n")
        systemctl("start", "smtpqd.path")
        self.assertTrue(holds_for(lambda: show("ActiveState") == "inactive", 2))

    def test_it_stays_for_what_waits_and_for_names_that_would_start_it_again(self):
        self.relay.script.rules.append(Rule(r"RCPT", b"451 4.7.1 greylisted\r\n", times=1))
        (QUEUE / "no message.queued").write_text("x\n")
        (QUEUE / "link.queued").symlink_to("/etc/hostname")
        systemctl("start", "smtpqd.path")
        self.queue.drop(messages.message("later"), "later")
        wait_until(lambda: self.queue.journal("later", "retry"), 20, "the first attempt", describe=system.journal_text)
        pid = show("MainPID")
        self.assert_delivered("later")
        self.assertTrue(holds_for(lambda: show("MainPID") == pid, 7, every=0.5))
        (QUEUE / "no message.queued").unlink()
        (QUEUE / "link.queued").unlink()
        self.wait_for("inactive")

    def test_mail_that_was_being_sent_when_it_died_starts_it(self):
        self.queue.drop(messages.message("x"), "left-over")
        (QUEUE / "left-over.queued").rename(QUEUE / "left-over.sending")
        systemctl("start", "smtpqd.path")
        self.assert_delivered("left-over")


if __name__ == "__main__":
    unittest.main()
