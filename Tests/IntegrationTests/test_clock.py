# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""T27: the clock is set by a day or a year, ahead or back. No mail expires in a mass, none is stalled, none hurried."""

import os
import pathlib
import time

from kit import messages
from kit.case import MailTestCase
from kit.scripted_relay import Rule
from kit.waiting import holds_for, wait_until

LIBRARY = "/usr/$LIB/faketime/libfaketimeMT.so.1"
DAY = 86400
STEPS = {"a day ahead": DAY, "a year ahead": 365 * DAY, "a day back": -DAY, "a year back": -365 * DAY}
MESSAGES = 20


class ShiftedDaemon:
    """A daemon with a relay of its own that sees another time: not of files, and not of the clock that measures what passes."""

    def __init__(self, case, name):
        self.relay = case.relay()
        self.smtpqd = case.daemon(self.relay.port, name, retry=["20s"], max_age="3h")
        self.queue = self.smtpqd.queue
        self.pids = []
        self.offset = case.workspace.path / f"offset-{name}"
        self.smtpqd.program.environment = {
            "LD_PRELOAD": LIBRARY, "FAKETIME_TIMESTAMP_FILE": str(self.offset), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1",
        }
        # The library adds a variable to the environment when it misses it, and moves the environment away from where the
        # Swift runtime looks for the arguments. A program before it gets that variable made.
        self.smtpqd.program.arguments.insert(0, "env")
        case.addCleanup(self.remove_leftovers)
        self.set_clock(0)

    def remove_leftovers(self):
        """The library leaves its shared memory behind."""
        for kind in ("faketime_shm", "sem.faketime_sem"):
            for pid in self.pids:
                pathlib.Path(f"/dev/shm/{kind}_{pid}").unlink(missing_ok=True)

    def start(self):
        self.smtpqd.start()
        self.pids.append(self.smtpqd.program.pid)

    def set_clock(self, seconds):
        """Its clock is ahead by so much from now on."""
        self.ahead = seconds
        new = self.offset.with_suffix(".new")
        new.write_text(f"{seconds:+d}\n")
        new.rename(self.offset)

    def defer_all(self):
        self.relay.script.rules = [Rule("RCPT TO:<(?!new)", b"451 4.7.1 greylisted\r\n")]

    @property
    def attempts(self):
        """Transactions that were begun."""
        return self.relay.verbs().count("MAIL")

    def tried(self, stems, times):
        """Whether each of these messages was deferred so often, or more."""
        return all(len(self.queue.journal(stem, "retry")) >= times for stem in stems)

    def arrived(self, identifier):
        return any(each.header("X-Test") == identifier for each in self.relay.transactions)

    def drop(self, identifier, **options):
        """Queue a message under its identifier, which is the local part of its recipient too."""
        data = messages.message(identifier, recipients=[f"{identifier}@example.net"], **options)
        return self.queue.drop(data, identifier)

    def describe(self):
        return self.smtpqd.program.output()[-3000:]


class Clock(MailTestCase):
    def shifted(self, name="daemon"):
        return ShiftedDaemon(self, name)

    def assert_all_sent(self, shifted, count):
        """With the relay in order and each file touched all is sent, once, and nothing was given up."""
        shifted.relay.script.rules = []
        now = time.time() + shifted.ahead
        for stem in shifted.queue.stems("queued"):
            os.utime(shifted.queue.path / f"{stem}.queued", (now, now))
        shifted.smtpqd.wait_for_empty_queue(60)
        self.assertEqual(shifted.queue.counts()["failed"], 0, "expired")
        self.assertEqual(len(shifted.relay.transactions), count)
        self.assertEqual(shifted.smtpqd.stop(), 0)

    def test_T27_a_step_neither_expires_nor_stalls_nor_hurries(self):
        stems = [f"later{number}" for number in range(MESSAGES)]
        daemons, began = {}, time.monotonic()
        for name, step in STEPS.items():
            daemons[step] = each = self.shifted(name)
            each.defer_all()
            each.start()
            for stem in stems:
                each.drop(stem)
        for step, each in daemons.items():
            wait_until(lambda: each.tried(stems, 1), 20, "an attempt for each", every=0.2, describe=each.describe)
            each.set_clock(step)
        for each in daemons.values():
            wait_until(lambda: "the clock was set" in each.describe(), 10, "the step to be seen", describe=each.describe)
            # New mail goes at once.
            each.drop("new")
            wait_until(lambda: each.arrived("new"), 10, "new mail", describe=each.describe)
            # Of those who wait none is tried now; on a machine so slow that their time has come nothing can be said.
            self.assertTrue(each.attempts == MESSAGES + 1 or time.monotonic() - began > 15, "hurried")
        # They are tried when they were to be tried; it fails, and gives up nothing.
        for each in daemons.values():
            wait_until(lambda: each.tried(stems, 2), 40, "a second attempt for each", every=0.2, describe=each.describe)
        # Neither does a restart by the new time.
        for each in daemons.values():
            self.assertEqual(each.smtpqd.stop(), 0)
            each.start()
            self.assert_all_sent(each, MESSAGES + 1)

    def test_T27_what_waits_for_a_time_of_the_calendar_follows_the_clock(self):
        # The clock of a machine without a battery begins in the past, and is set when the network is there.
        each = self.shifted()
        each.set_clock(-365 * DAY)
        each.start()
        each.drop("due", fields=[f"Queue-After: {self.after(-60)}"])
        each.drop("not-due", fields=[f"Queue-After: {self.after(2 * DAY)}"])
        self.assertTrue(holds_for(lambda: not each.relay.transactions, 2), "sent before its time")
        each.set_clock(0)
        wait_until(lambda: each.arrived("due"), 10, "what is due now", describe=each.describe)
        self.assertTrue(holds_for(lambda: len(each.relay.transactions) == 1, 2), "sent before its time")
        each.set_clock(3 * DAY)
        wait_until(lambda: each.arrived("not-due"), 10, "what is due a step later", describe=each.describe)
        self.assertEqual(each.smtpqd.stop(), 0)

    @staticmethod
    def after(seconds):
        """A time `seconds` from now, by the true clock."""
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))

    def test_T27_files_of_any_time_are_sent_once_and_expire_at_none(self):
        each = self.shifted()
        each.defer_all()
        times = {"past": 0, "old": time.time() - 365 * DAY, "tomorrow": time.time() + DAY, "future": 2**33}
        each.start()
        for name, when in times.items():
            hidden = each.queue.path / f".{name}"
            hidden.write_bytes(messages.message(name, recipients=[f"{name}@example.net"]))
            os.utime(hidden, (when, when))
            hidden.rename(each.queue.path / f"{name}.queued")
        wait_until(lambda: each.tried(times, 1), 20, "an attempt for each", every=0.2, describe=each.describe)
        self.assertEqual(each.smtpqd.stop(), 0)
        # The time of a file in the future is no reason to try it at each restart.
        each.start()
        each.drop("new")
        wait_until(lambda: each.arrived("new"), 10, "new mail", describe=each.describe)
        self.assertEqual(each.attempts, len(times) + 1, "tried at the restart")
        self.assert_all_sent(each, len(times) + 1)
