# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The power goes at any moment: what the disk then has is mounted, and a normal run goes on from there."""

import collections
import concurrent.futures
import contextlib
import dataclasses
import itertools
import pathlib
import random
import subprocess
import threading
import time

from kit.daemon import Daemon
from kit.processes import Program
from kit.queue_directory import STATES
from kit.scripted_relay import Rule
from kit.waiting import wait_until

from . import enqueue, file_system
from .recording import Recording
from .relay import start_relay
from .result import Result

SIZE = 32 << 20
TAKEN, DEFERRED = "taken@x.example", "deferred@x.example"
SENDERS = 2
PYTHON = "/usr/bin/python3"
PROGRAM = pathlib.Path(__file__).with_name("recording_disk.py")


@dataclasses.dataclass
class Sent:
    """A message, and how much was on its way to the disk when smtpq had accepted it."""

    identifier: str
    recipients: tuple
    content: bytes
    position: int


class Traffic:
    """Mail that flows through a queue on a recording disk."""

    def __init__(self, recording):
        self.recording = recording
        self.sent = {}
        self.arrivals = []
        """(identifier, recipient, position) of each copy that the relay has taken."""

    def run(self, folder, seconds, keep):
        """Let mail flow for some seconds."""
        relay = start_relay(
            rules=[Rule(f"RCPT.*{DEFERRED}", b"451 4.7.1 later\r\n"), Rule("<end of content>", self.arrived)]
        )
        daemon = Daemon(folder, relay.port, connections=3, keep=keep)
        numbers, end = itertools.count(), time.monotonic() + seconds
        try:
            daemon.start()
            senders = [threading.Thread(target=self.send, args=(daemon, numbers, end)) for _ in range(SENDERS)]
            for sender in senders:
                sender.start()
            for sender in senders:
                sender.join()
        finally:
            daemon.close()
            relay.stop()

    def send(self, daemon, numbers, end):
        while time.monotonic() < end:
            identifier = f"m{next(numbers)}"
            recipients = (TAKEN, DEFERRED) if hash(identifier) % 4 == 0 else (TAKEN,)
            content = enqueue.message(identifier, random.choice((20, 2000, 20_000)))
            sent = daemon.smtpq("send", "-f", enqueue.SENDER, *recipients, data=content)
            self.sent[sent.stdout.strip()] = Sent(identifier, recipients, content, self.recording.position)

    def arrived(self, session, transaction):
        position = self.recording.position
        self.arrivals += [(transaction.header("X-Test"), recipient, position) for recipient in transaction.recipients]
        return b"250 2.0.0 ok\r\n"


def works(folder):
    """Why this machine has no recording disk; None when it has."""
    if subprocess.run([PYTHON, "-c", "import fusepy"], capture_output=True).returncode != 0:
        return "no python3-fusepy"
    if not pathlib.Path("/dev/fuse").exists():
        return "no /dev/fuse"
    return file_system.works(folder)


def record(folder, seconds, keep=False):
    """Let mail flow over a recording disk."""
    place = folder / "fuse"
    place.mkdir()
    recording = Recording(folder / "log", SIZE)
    program = Program([PYTHON, PROGRAM, place, recording.log, SIZE], folder / "fuse.log").start()
    traffic = Traffic(recording)
    try:
        wait_until((place / "disk").exists, 10, "the recording disk", describe=program.output)
        file_system.make(place / "disk")
        daemon = folder / "daemon"
        with file_system.mounted(place / "disk", daemon / "queue"):
            began = recording.position
            traffic.run(daemon, seconds, keep)
            ended = recording.position
    finally:
        file_system.unmount(place)
        program.wait()
    return traffic, began, ended


def check(folder, traffic, position, content):
    """Mount what the cut has left, look, and let a normal run go on."""
    result = Result(points=1)
    image = folder / "image"
    image.write_bytes(content)
    relay = start_relay()
    daemon = Daemon(folder, relay.port, connections=3)
    try:
        with file_system.mounted(image, daemon.queue.path), contextlib.closing(daemon):
            found = collections.Counter(
                stem for state in STATES for stem in daemon.queue.stems(state)
            )
            for stem, count in found.items():
                result.check(count == 1, f"{stem} is in {count} states: {daemon.queue.states(stem)}")
            daemon.start()
            wait_until(
                lambda: daemon.smtpq("flush", "--all", check=False) and not daemon.queue.waiting, 30, "an empty queue", every=0.2,
                describe=lambda: f"{daemon.queue.counts()} {daemon.program.output()[-1000:]}",
            )
            daemon.stop()
            kept = {stem for stem in found if daemon.queue.states(stem) == ["sent"]}
            failed = daemon.queue.stems("failed")
            result.check(not failed, f"given up: {failed}")
            compare(traffic, position, relay.transactions, daemon.log("recovered"), kept, result)
    except AssertionError as error:
        result.violations.append(str(error))
    finally:
        relay.stop()
        image.unlink()
    if result.violations:
        result.violations = [f"cut at {position}: {each}" for each in result.violations]
    else:
        result.recovered = 1
    return result


def compare(traffic, position, transactions, announcements, kept, result):
    """What was accepted before the cut against what the relay got before it and after it."""
    before = collections.Counter((name, recipient) for name, recipient, at in traffic.arrivals if at <= position)
    after = collections.Counter((each.header("X-Test"), recipient) for each in transactions for recipient in each.recipients)
    announced = collections.Counter(entry["SMTPQ_ID"] for entry in announcements)
    result.announced = sum(announced.values())
    contents = {sent.identifier: sent.content for sent in traffic.sent.values()}
    for each in transactions:
        name = each.header("X-Test")
        result.check(each.content.replace(b"\r\n", b"\n") == contents[name], f"{name} is not what was sent")
    for stem, sent in traffic.sent.items():
        is_accepted = sent.position <= position
        result.accepted += is_accepted
        missing = [to for to in sent.recipients if not before[sent.identifier, to] + after[sent.identifier, to]]
        if is_accepted:
            result.delivered += not missing
            result.lost += bool(missing)
            result.check(not missing, f"lost: {stem} ({sent.identifier}) for {missing}")
        for to in sent.recipients:
            again = after[sent.identifier, to]
            second = before[sent.identifier, to] + again - 1
            if again and second > 0:
                result.duplicated += 1
                result.check(announced[stem] > 0, f"a second copy of {stem} ({sent.identifier}) that was not announced")
            result.check(second <= 1, f"{second + 1} copies of {stem}")


def run(folder, seconds, cuts, workers, seed, keep=False):
    """Record once, cut often."""
    traffic, began, ended = record(folder, seconds, keep)
    choice = random.Random(seed)
    positions = [choice.randint(began, ended) for _ in range(cuts)]
    result, disks = Result(), enumerate(traffic.recording.cuts(positions, seed))

    def checked(disk):
        number, (position, content) = disk
        here = folder / f"cut-{number}"
        here.mkdir()
        return check(here, traffic, position, content)

    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        # A few disks at a time, for the sake of memory.
        while some := list(itertools.islice(disks, workers)):
            result = sum(pool.map(checked, some), result)
    result.notes[f"messages in {seconds} s"] += len(traffic.sent)
    return result
