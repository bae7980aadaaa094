# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""smtpqd, killed at each of its system calls on the queue directory, or with that call failing."""

import collections
import dataclasses
import itertools

from kit import messages
from kit.daemon import Daemon
from kit.scripted_relay import Rule
from kit.waiting import DeadlineExceeded, wait_until

from .relay import start_relay
from .result import Result
from .strace import CALLS, Point, Strace

TAKEN, DEFERRED, REFUSED = "taken@x.example", "deferred@x.example", "refused@x.example"
# Every way through the life cycle: delivered, delivered in part, given up in part, no message.
MAIL = {"whole": (TAKEN,), "part": (TAKEN, DEFERRED), "failed": (REFUSED, TAKEN), "malformed": ()}
WHEN_DONE = {"whole": None, "part": "queued", "failed": "failed", "malformed": "failed"}
STATES = ("queued", "sending", "failed", "sent", "journal")


class Delivery:
    """One queue directory with a message of each kind, its daemon, and the relay."""

    def __init__(self, folder, keep=False):
        self.relay = start_relay(
            rules=[Rule(f"RCPT.*{DEFERRED}", b"451 4.7.1 later\r\n"), Rule(f"RCPT.*{REFUSED}", b"550 5.1.1 nobody\r\n")]
        )
        self.daemon = Daemon(folder, self.relay.port, connections=2, keep=keep, reports=True)
        self.queue = self.daemon.queue
        self.when_done = {**WHEN_DONE, "whole": "sent" if keep else None}
        for stem, recipients in MAIL.items():
            self.queue.drop(messages.message(stem, recipients=recipients) if recipients else b"Queue-Color: red\n\n", stem)
        self.recipients = {stem: dict.fromkeys(set(recipients) - {REFUSED, DEFERRED}) for stem, recipients in MAIL.items()}

    def close(self):
        self.daemon.close()
        self.relay.stop()

    def is_done(self):
        """Whether each message is in the state that it ends in, with its journal."""
        if any(self.queue.states(stem) != ([state] if state else []) for stem, state in self.when_done.items()):
            return False
        # The report is sent too: one message waits, for its second attempt.
        return self.queue.waiting == 1 and any(each["to"] == DEFERRED for each in self.queue.journal("part", "recipient"))

    @property
    def told(self):
        """How often the sender was told of the message that failed."""
        return sum(each.sender == "" and b"Message failed, " in each.content for each in list(self.relay.transactions))

    def paths(self, stem=None):
        """What strace shall look at: the directory, or all names of one message, as they are given and as they are open."""
        names = [f"{stem}.{state}" for state in STATES]
        return [*names, *(self.queue.path / name for name in names)] if stem else [self.queue.path]

    def trace(self, *options, stem=None):
        """Start the daemon under strace."""
        with open(self.daemon.program.log, "ab") as output:
            return Strace(
                self.daemon.program.arguments, self.daemon.folder / "strace.log", *options,
                paths=self.paths(stem), output=output, cwd=self.queue.path,
            )

    def verify(self, result, where):
        """After the fault is gone: nothing is lost, each message is in one state, each second copy was announced."""
        copies = collections.Counter()
        for each in list(self.relay.transactions):
            for recipient in each.recipients:
                copies[each.header("X-Test"), recipient] += 1
        announced = collections.Counter(entry["SMTPQ_ID"] for entry in self.daemon.log("recovered"))
        result.announced += sum(announced.values())
        before = len(result.violations)
        result.check(self.told > 0, f"{where}: the sender was told nothing")
        result.check(
            self.told - 1 <= announced["failed"] + sum(count for stem, count in announced.items() if stem not in MAIL),
            f"{where}: the sender was told {self.told} times, of {dict(announced)}",
        )
        for stem, recipients in MAIL.items():
            state = self.when_done[stem]
            found = self.queue.states(stem)
            result.check(found == ([state] if state else []), f"{where}: {stem} is {found}, not {state}")
            result.accepted += bool(recipients)
            result.lost += not found and state is not None
            for recipient in recipients:
                count = copies[stem, recipient]
                if recipient == TAKEN:
                    result.lost += count == 0
                    result.delivered += count > 0
                    result.duplicated += max(0, count - 1)
                    result.check(count > 0, f"{where}: {stem} did not reach {recipient}")
                    result.check(
                        count - 1 <= announced[stem], f"{where}: {count} copies of {stem}, {announced[stem]} were announced"
                    )
                else:
                    result.check(count == 0, f"{where}: {stem} reached {recipient}")
        if len(result.violations) == before:
            result.recovered += 1
        else:
            result.violations.append(f"{where}: {sorted(p.name for p in self.queue.path.iterdir())}")


def finished(delivery, run, seconds=60):
    """Wait until a daemon has done its work or has ended; end it. Returns whether it was killed."""
    wait_until(
        lambda: run.process.poll() is not None or delivery.is_done(), seconds, "the daemon to finish",
        describe=delivery.daemon.program.output,
    )
    if run.process.poll() is None:
        run.process.terminate()
    run.finish()
    return run.was_killed


def again(delivery):
    """A normal run."""
    delivery.daemon.start()
    wait_until(delivery.is_done, 60, "the messages to be done", describe=lambda: (delivery.queue.counts(), delivery.daemon.program.output()[-2000:]))
    delivery.daemon.stop()


def calls(folder):
    """What a run calls on the directory and on the names of each message: pairs of message (or None) and call."""
    found = []
    for stem in (None, *MAIL):
        here = folder / f"calls-{stem}"
        here.mkdir()
        delivery = Delivery(here)
        try:
            finished(delivery, delivery.trace(stem=stem))
            seen = {match.group(2) for match in CALLS.finditer((here / "strace.log").read_text(errors="replace"))}
            found += [(stem, call) for call in sorted(seen)]
        finally:
            delivery.close()
    return found


def walk(folder, round_number, stem, call, keep):
    """Kill at the first call of a kind on a message (or on the directory), at the second …, until a run completes.

    strace counts for each thread; which of them does what differs from run to run, so rounds find more points.
    """
    result = Result()
    for number in itertools.count(1):
        where = f"{stem or 'directory'}: {call} {number}{', kept' if keep else ''}"
        here = folder / f"{stem}-{call}-{number}-{keep}-{round_number}"
        here.mkdir()
        delivery, killed = Delivery(here, keep), False
        try:
            killed = finished(delivery, delivery.trace(Point(call, number).kill(), stem=stem))
            result.points += killed
            if killed:
                again(delivery)
                delivery.verify(result, where)
        except AssertionError as error:
            result.violations.append(f"{where}: {error}")
        finally:
            delivery.close()
        if not killed:
            return result


@dataclasses.dataclass
class Fault:
    """System calls that fail."""

    title: str
    stem: str
    options: tuple


# The errors that a call can meet, as its manual has them.
ERRORS = {
    "openat": ("EMFILE", "ENOSPC", "EDQUOT", "EIO", "EROFS"),
    "write": ("ENOSPC", "EDQUOT", "EIO"),
    "fdatasync": ("EIO", "ENOSPC", "EDQUOT"),
    "fsync": ("EIO", "ENOSPC", "EDQUOT", "EROFS"),
    "renameat2": ("ENOSPC", "EDQUOT", "EIO", "EROFS"),
    "unlinkat": ("EIO", "EROFS"),
    "pread64": ("EIO",),
    "newfstatat": ("EIO",),
    "fchmod": ("EIO", "EROFS"),
    "fchown": ("EIO", "EROFS", "EDQUOT"),
    "getdents64": ("EIO",),
    "flock": ("EIO",),
    "renameat": ("ENOSPC", "EIO", "EROFS"),
}


def faults(folder, short):
    """Every call of a run with every error, once and from then on; with `short` one error for each call."""
    found = []
    for stem, call in calls(folder):
        for error in ERRORS.get(call, ())[: 1 if short else None]:
            for number in (1,) if short else (1, 2, 3):
                for forever in (True,) if short else (False, True):
                    title = f"{stem or 'directory'}: {call} {number}{'+' if forever else ''} {error}"
                    found.append(Fault(title, stem, (Point(call, number).fail(error, forever),)))
    # The file system goes read-only behind the renames of a batch of claims: they can be neither synced nor taken back.
    options = (Point("fsync", 2).fail("EIO", True), Point("renameat2", 5).fail("EROFS", True))
    return [*found, Fault("read-only behind a claim", None, options)]


def fault(folder, fault):
    """A daemon whose calls fail: it pauses, goes on, or ends with an error; without the fault it recovers by itself."""
    result = Result(points=1)
    here = folder / fault.title.replace(": ", "-").replace(" ", "-")
    here.mkdir()
    delivery = Delivery(here)
    run = delivery.trace(*fault.options, stem=fault.stem)
    try:
        try:
            wait_until(
                lambda: run.process.poll() is not None or delivery.is_done() or delivery.daemon.log("localFault"), 3,
                "a pause",
            )
        except DeadlineExceeded:
            result.violations.append(f"{fault.title}: neither done nor a word")
        if run.process.poll() is None:
            if delivery.daemon.log("localFault"):
                result.notes["paused"] += 1
            else:
                result.notes["done"] += delivery.is_done()
            # The fault is over. The daemon must find out by itself.
            run.release()
            wait_until(
                delivery.is_done, 20, "the messages to be done",
                describe=lambda: (sorted(p.name for p in delivery.queue.path.iterdir()), delivery.daemon.program.output()[-3000:]),
            )
            run.process.terminate()
            run.finish()
        else:
            result.notes["ended with an error"] += 1
            result.check(run.process.returncode > 0, f"{fault.title}: exit status {run.process.returncode}")
            again(delivery)
        delivery.verify(result, fault.title)
    except AssertionError as error:
        result.violations.append(f"{fault.title}: {error}")
    finally:
        if run.process.poll() is None:
            run.process.kill()
            run.process.wait()
        delivery.close()
    return result
