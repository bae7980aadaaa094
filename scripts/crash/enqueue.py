# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""smtpq, killed at each of its system calls on the queue directory, or with that call failing."""

import os
import re

from kit.binaries import binaries

from .result import Result
from .strace import Strace, points

SENDER = "app@app.example"
RECIPIENT = "alice@example.net"
STEM = re.compile(r"[0-9a-f]{32}")
ERRORS = ("ENOSPC", "EDQUOT", "EIO", "EROFS", "EMFILE")
# Several writes, and one.
SIZES = (200_000, 20)
# Messages of a batch, which share their syncs.
BATCH = 3
# What smtpq tells where the queue cannot take the message: create, try again, permission.
REFUSALS = (73, 75, 77)


def message(identifier, size):
    """A message of about `size` bytes."""
    fields = {
        "From": SENDER, "To": RECIPIENT, "Date": "Tue, 24 Nov 2026 04:10:03 +0000", "Message-ID": f"<{identifier}@app.example>",
        "X-Test": identifier,
    }
    head = "".join(f"{name}: {value}\n" for name, value in fields.items())
    return head.encode() + b"\n" + (b"0123456789abcdef" * 3 + b"\n") * (size // 49) + b".\n"


class Enqueueing:
    """Sends messages through smtpq, with faults, into one queue; delivers in the end what the queue then has."""

    def __init__(self, daemon, relay):
        self.daemon, self.relay, self.result = daemon, relay, Result()
        self.sent, self.accepted = {}, set()
        self.log = daemon.folder / "strace.log"

    def names(self):
        return {name for name in os.listdir(self.daemon.queue.path) if name != ".status"}

    def send(self, size, *options, key=None):
        """One message under strace. Returns whether it was killed, the exit status, the output, and the new names."""
        identifier = key or f"m{len(self.sent)}"
        self.sent[identifier] = message(identifier, size)
        before = self.names()
        keyed = ("--key", key) if key else ()
        # As it is installed: a plain send is done by the small program, one with a key handed to the full one.
        command = [binaries() / "smtpq-send", "send", *keyed, "--queue-dir", self.daemon.queue.path, "-f", SENDER, RECIPIENT]
        run = Strace(command, self.log, *options, data=self.sent[identifier])
        status, output = run.finish()
        new = self.names() - before
        if status == 0:
            self.accepted.add(identifier)
            published = sorted(name for name in new if not (key and name.startswith(".")))
            self.result.check([f"{output.strip()}.queued"] == published, f"accepted {identifier}, but found {sorted(new)}")
        return run.was_killed, status, output, new

    def points(self, size, key=None):
        self.send(size, key=key)
        return points(self.log, self.daemon.queue.path)

    def keyed(self, kills, faults):
        """Under a key: whatever happens to the first try, a second one leaves one message."""
        found = self.points(SIZES[-1], key="first")
        cases = spread([point.kill() for point in found], kills)
        cases += spread(
            [point.fail(error, forever) for point in found for error in ERRORS for forever in (False, True)], faults
        )
        for number, option in enumerate(cases):
            key = f"key-{number}"
            self.send(SIZES[-1], option, key=key)
            self.result.points += 1
            again = self.daemon.smtpq("send", "--key", key, "-f", SENDER, RECIPIENT, data=self.sent[key], check=False)
            if self.result.check(again.returncode == 0, f"{option} under a key: again: {again.stderr}"):
                self.accepted.add(key)

    def send_batch(self, *options):
        """Some messages together, likewise. Those whose ids are printed are accepted."""
        identifiers = [f"m{len(self.sent) + number}" for number in range(BATCH)]
        self.sent.update((each, message(each, SIZES[-1])) for each in identifiers)
        before = self.names()
        command = [binaries() / "smtpq", "send", "--batch", "--queue-dir", self.daemon.queue.path, "-f", SENDER, RECIPIENT]
        data = b"".join(b"From x\n" + self.sent[each] + b"\n" for each in identifiers)
        run = Strace(command, self.log, *options, data=data)
        status, output = run.finish()
        printed = [f"{line}.queued" for line in output.splitlines() if STEM.fullmatch(line)]
        # The ids come in the order of the messages; one that was refused is told with its number.
        refused = {int(number) for number in re.findall(r"^smtpq: message (\d+), ", output, re.MULTILINE)}
        self.accepted.update([each for number, each in enumerate(identifiers, 1) if number not in refused][: len(printed)])
        return run.was_killed, status, printed, output, self.names() - before

    def batch(self, kills, faults):
        """Messages together: whatever happens, those whose ids were printed are there, and after a refusal no others."""
        self.send_batch()
        found = list(dict.fromkeys(points(self.log, self.daemon.queue.path)))
        for point in spread(found, kills):
            killed, status, printed, output, new = self.send_batch(point.kill())
            self.result.points += killed
            # Which thread makes a call, and so whether there is an N-th one by it, is not the same each time.
            self.result.check(killed or status == 0, f"{point}: not killed, exit status {status}: {output}")
            self.result.check(new >= set(printed), f"{point}: printed {printed}, but found {sorted(new)}")
            self.result.check(len(new) <= BATCH, f"{point}: {sorted(new)} is left")
        cases = [(point, error, forever) for point in found for error in ERRORS for forever in (False, True)]
        for point, error, forever in spread(cases, faults):
            _, status, printed, output, new = self.send_batch(point.fail(error, forever))
            where = f"{point} {error}{' from then on' if forever else ''}"
            self.result.points += 1
            self.result.notes[f"ended with {status}"] += 1
            self.result.check(new >= set(printed), f"{where}: printed {printed}, but found {sorted(new)}")
            self.result.check(status != 0 or len(printed) == BATCH, f"{where}: ended with 0: {output}")
            if point.call != "unlinkat" and (point.call != "write" or not forever):
                self.result.check(new == set(printed), f"{where}: {sorted(new)} is left: {output}")

    def kills(self, limit):
        """Kill at each call, or at `limit` of them."""
        for size in SIZES:
            for point in spread(self.points(size), limit):
                killed, status, output, new = self.send(size, point.kill())
                self.result.points += killed
                self.result.check(killed, f"{point}: not killed, exit status {status}: {output}")
                self.result.check(len(new) <= 1, f"{point}: {sorted(new)} is left")

    def faults(self, limit):
        """Make each call fail, once and from then on, with each error, or with `limit` combinations for each size."""
        for size in SIZES:
            cases = [
                (point, error, forever) for point in self.points(size) for error in ERRORS for forever in (False, True)
            ]
            for point, error, forever in spread(cases, limit):
                _, status, output, new = self.send(size, point.fail(error, forever))
                where = f"{point} {error}{' from then on' if forever else ''}"
                self.result.points += 1
                if status == 0:
                    self.result.notes["accepted all the same"] += 1
                    continue
                self.result.notes[f"refused with {status}"] += 1
                # Where no write works any more, standard error does not either.
                if point.call != "write" or not forever:
                    self.result.check(status in REFUSALS, f"{where}: exit status {status}: {output}")
                    self.result.check(output.startswith("smtpq: "), f"{where}: said {output!r}")
                # Where the removal itself fails there is nothing that smtpq can do.
                if point.call != "unlinkat":
                    self.result.check(not new, f"{where}: {sorted(new)} is left")

    def deliver(self):
        """A normal run: what was accepted arrives once, what was not arrives once or not at all, each whole."""
        self.daemon.start()
        self.daemon.wait_for_empty_queue(60)
        self.daemon.stop()
        arrived = {}
        for each in self.relay.transactions:
            arrived.setdefault(each.header("X-Test"), []).append(each.content)
        for identifier, contents in arrived.items():
            whole = all(content.replace(b"\r\n", b"\n") == self.sent[identifier] for content in contents)
            self.result.check(whole, f"{identifier} is not what was sent")
            self.result.check(len(contents) == 1, f"{identifier} arrived {len(contents)} times")
        lost = self.accepted - set(arrived)
        self.result.check(not lost, f"lost: {sorted(lost)}")
        self.result.accepted, self.result.lost = len(self.accepted), len(lost)
        self.result.delivered = len(self.accepted & set(arrived))
        self.result.duplicated = sum(len(contents) - 1 for contents in arrived.values())
        self.result.recovered = self.result.points if not self.result.violations else 0
        return self.result


def spread(items, limit):
    """At most `limit` of the items, evenly; all without a limit."""
    if not limit or len(items) <= limit:
        return items
    return [items[index * len(items) // limit] for index in range(limit)]
