# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""A file system that is full, for real, under smtpq and smtpqd."""

import collections
import contextlib

from kit.daemon import Daemon
from kit.scripted_relay import Rule
from kit.waiting import wait_until

from . import enqueue, file_system
from .relay import start_relay
from .result import Result

SIZE = 16 << 20
# What a person frees in the end.
BALLAST = 1 << 20
# Each message has a recipient who is deferred: its journal needs space that is not there.
RECIPIENTS = ("taken@x.example", "deferred@x.example")


def run(folder):
    result = Result()
    queue = folder / "daemon" / "queue"
    queue.mkdir(parents=True)
    image, why_not = folder / "image", file_system.works(folder)
    with contextlib.ExitStack() as cleanup:
        if why_not:
            print(f"no loop device, a tmpfs instead: {why_not}")
            file_system.run("mount", "-t", "tmpfs", "-o", f"size={SIZE}", "none", queue)
            cleanup.callback(file_system.unmount, queue)
        else:
            image.write_bytes(bytes(SIZE))
            file_system.make(image)
            cleanup.enter_context(file_system.mounted(image, queue))
        relay = start_relay(rules=[Rule(f"RCPT.*{RECIPIENTS[1]}", b"451 4.7.1 later\r\n")])
        cleanup.callback(relay.stop)
        daemon = Daemon(folder / "daemon", relay.port, connections=2)
        cleanup.callback(daemon.close)
        try:
            fill_deliver_and_free(daemon, relay, result)
        except AssertionError as error:
            result.violations.append(str(error))
    return result


def fill_deliver_and_free(daemon, relay, result):
    ballast = daemon.queue.path / "ballast"
    ballast.write_bytes(bytes(BALLAST))
    stems = fill(daemon, result)
    with contextlib.suppress(OSError), open(daemon.queue.path / "filler", "wb", buffering=0) as file:
        while True:
            file.write(bytes(1024))
    held = daemon.smtpq("hold", next(iter(stems)), check=False)
    result.check(held.returncode in enqueue.REFUSALS, f"hold on a full disk: {held.returncode} {held.stderr}")
    daemon.program.start()
    daemon.wait_for_log("localFault")
    for stem in stems:
        states = daemon.queue.states(stem)
        result.check(states in (["queued"], ["sending"]), f"{stem} is {states} on the full disk")
    ballast.unlink()
    daemon.wait_for_log("localFaultOver", 90)
    wait_until(
        lambda: all(daemon.queue.states(stem) == ["queued"] and daemon.queue.journal(stem, "retry") for stem in stems), 60,
        "each message to be deferred", describe=lambda: daemon.program.output()[-3000:],
    )
    relay.script.rules.clear()
    daemon.smtpq("flush", "--all")
    daemon.wait_for_empty_queue()
    result.check(daemon.stop() == 0, "the daemon did not end in order")
    copies = collections.Counter((each.header("X-Test"), to) for each in relay.transactions for to in each.recipients)
    for identifier in stems.values():
        for recipient in RECIPIENTS:
            count = copies[identifier, recipient]
            result.lost += count == 0
            result.duplicated += max(0, count - 1)
            result.check(count == 1, f"{identifier} reached {recipient} {count} times")
    result.accepted = len(stems)
    result.delivered = len(stems) - result.lost
    result.recovered = result.points if not result.violations else 0


def fill(daemon, result):
    """Enqueue until not even a small message is taken any more; return the accepted ones."""
    stems = {}
    for size in (200_000, 20_000, 20):
        while True:
            identifier = f"m{len(stems)}"
            before = set(daemon.queue.path.iterdir())
            sent = daemon.smtpq("send", "-f", enqueue.SENDER, *RECIPIENTS, data=enqueue.message(identifier, size), check=False)
            if sent.returncode == 0:
                stems[sent.stdout.strip()] = identifier
                continue
            result.points += 1
            result.check(sent.returncode in (73, 75), f"refused with {sent.returncode}")
            result.check("no space left" in sent.stderr, f"refused with {sent.stderr!r}")
            result.check(set(daemon.queue.path.iterdir()) == before, "a refused message has left a file")
            break
    return stems
