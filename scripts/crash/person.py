# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""smtpq hold, release, requeue, fail and delete, killed at each system call on the queue, or with that call failing."""

import dataclasses
import json

from kit import messages
from kit.binaries import binaries
from kit.daemon import Daemon

from .enqueue import ERRORS, spread
from .relay import start_relay
from .result import Result
from .strace import Strace, points

RECIPIENT = "alice@example.net"


@dataclasses.dataclass(frozen=True)
class Verb:
    """One of these commands, and where it takes a message from and to."""

    name: str
    start: str
    end: str | None
    between: tuple = ()
    """Where a message may be beside, when the command is cut short."""


VERBS = (
    Verb("hold", "queued", "held"), Verb("release", "held", "queued"), Verb("requeue", "failed", "queued"),
    Verb("fail", "queued", "failed", ("held",)), Verb("delete", "failed", None),
)


class Changes:
    """One queue in which each run of a command has a message of its own."""

    def __init__(self, daemon, relay, verb):
        self.daemon, self.relay, self.verb, self.result = daemon, relay, verb, Result()
        self.queue = daemon.queue
        self.stems = []
        self.log = daemon.folder / "strace.log"
        self.smtpq = binaries() / "smtpq", verb.name, "--queue-dir", self.queue.path, "--config", daemon.configuration

    def run(self, *options):
        """The command under strace, on a new message. Returns the message, whether it was killed, and the exit status."""
        stem = f"m{len(self.stems)}"
        self.stems.append(stem)
        self.queue.drop(messages.message(stem, recipients=[RECIPIENT]), stem)
        if self.verb.start != "queued":
            (self.queue.path / f"{stem}.queued").rename(self.queue.path / f"{stem}.{self.verb.start}")
        outcome = "failed" if self.verb.start == "failed" else "deferred"
        line = {"v": 1, "t": "2026-11-24T04:10:03Z", "event": "recipient", "to": RECIPIENT, "outcome": outcome, "reply": "no"}
        (self.queue.path / f"{stem}.journal").write_text(json.dumps(line) + "\n")
        run = Strace([*self.smtpq, stem], self.log, *options)
        status, _ = run.finish()
        return stem, run.was_killed, status

    def check(self, stem, status, where):
        """Cut short or not, the message is in one state; the same command then brings it to its end."""
        found = self.queue.states(stem)
        may_be = [[state] for state in (self.verb.start, *self.verb.between)] if status != 0 else []
        end = [self.verb.end] if self.verb.end else []
        self.result.check(found in [*may_be, end], f"{where}: {stem} is {found}, exit status {status}")
        if found != end:
            again = self.daemon.smtpq(self.verb.name, stem, check=False)
            self.result.check(again.returncode == 0, f"{where}: again: {again.stderr}")
        self.result.check(self.queue.states(stem) == end, f"{where}: again: {stem} is {self.queue.states(stem)}")

    def walk(self, limits):
        """Kill at each call, make each fail with each error, or so many of both."""
        self.run()
        found = points(self.log, self.queue.path)
        for point in spread(found, limits[0]):
            stem, killed, status = self.run(point.kill())
            self.result.points += killed
            self.result.check(killed, f"{self.verb.name}: {point}: not killed, exit status {status}")
            self.check(stem, status, f"{self.verb.name}: {point}")
        cases = [(point, error, forever) for point in found for error in ERRORS for forever in (False, True)]
        for point, error, forever in spread(cases, limits[1]):
            stem, _, status = self.run(point.fail(error, forever))
            self.result.points += 1
            self.check(stem, status, f"{self.verb.name}: {point} {error}{' from then on' if forever else ''}")

    def deliver(self):
        """A normal run: what is queued arrives once, the sender of what was given up is told once, the rest stays."""
        self.daemon.start()
        self.daemon.wait_for_empty_queue(60)
        self.daemon.stop()
        for stem in self.stems:
            copies = sum(each.header("X-Test") == stem for each in self.relay.transactions)
            told = sum(each.sender == "" and f"Message {stem}, ".encode() in each.content for each in self.relay.transactions)
            if self.verb.end == "queued":
                self.result.lost += copies == 0
                self.result.delivered += copies > 0
            self.result.duplicated += max(0, copies - 1, told - 1)
            self.result.check(copies == (self.verb.end == "queued"), f"{self.verb.name}: {copies} copies of {stem}")
            self.result.check(told == (self.verb.name == "fail"), f"{self.verb.name}: {told} reports on {stem}")
            left = sorted(path.suffix for path in self.queue.path.glob(f"{stem}.*"))
            expected = [] if self.verb.end in (None, "queued") else [f".{self.verb.end}", ".journal"]
            self.result.lost += len(left) < len(expected)
            self.result.check(left == sorted(expected), f"{self.verb.name}: {left} is left of {stem}")
        self.result.accepted = len(self.stems)
        self.result.recovered = self.result.points if not self.result.violations else 0
        return self.result


def walk(folder, verb, limits):
    """All that can go wrong with one command."""
    here = folder / verb.name
    here.mkdir()
    relay = start_relay()
    daemon = Daemon(here, relay.port, reports=True, max_reports=10_000)
    try:
        changes = Changes(daemon, relay, verb)
        changes.walk(limits)
        return changes.deliver()
    finally:
        daemon.close()
        relay.stop()
