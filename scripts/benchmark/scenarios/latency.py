# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Latency: from the start of the sending command to the first byte of the message at an idle sink."""

import os
import time

from kit.waiting import wait_until

from ..ground import repeat
from ..messages import message, queue_file
from ..peers import SMTPQueueDaemon
from ..scenario import Column, Scenario, percentile_99

# Seconds that the messages of one round may take: what is slow sends fewer.
ENOUGH = 4


class Latency(Scenario):
    """One message after the other, each when the one before has been taken."""

    key, title = "latency", "Latency at an idle sink: until the MAIL command arrives"
    main, more_is_better = "command", False
    columns = (
        Column("from the start of the command, median ms", "command", "{:.2f}"),
        Column("p99 ms", "command", "{:.2f}", statistic=percentile_99),
        Column("from the rename of a file, median ms", "rename", "{:.2f}"),
        Column("p99 ms", "rename", "{:.2f}", statistic=percentile_99),
    )
    messages = 60

    def applies(self, kind):
        return kind.enqueues

    def measure(self, contender, ground):
        with ground.round(contender) as sink:
            contender.start_for_sending()
            # The first one does not count: whoever keeps connections opens them now.
            commanded(contender, sink)
            figures = {"command": [commanded(contender, sink) for _ in paced(self.messages)]}
            if isinstance(contender, SMTPQueueDaemon):
                figures["rename"] = [renamed(contender, sink, number) for number in paced(self.messages)]
            return figures


def paced(count):
    """Numbers with a pause after each, until there are enough or the time is over."""
    end = time.monotonic() + ENOUGH
    for number in range(count):
        yield number
        if time.monotonic() > end:
            return
        # Idle means that the answers to the message before are worked off.
        time.sleep(0.02)


def commanded(contender, sink):
    """Milliseconds from the start of the command."""
    path = contender.folder / "message"
    if not path.exists():
        path.write_bytes(message(1, 4096))
    before = sink.messages
    _, _, [(began, _)] = repeat(contender, 1, 1, contender.sending(), path)
    return arrival(contender, sink, before, began)


def renamed(contender, sink, number):
    """Milliseconds from the rename that publishes a file, which is synced before."""
    hidden = contender.queue / f".latency{number}"
    with open(hidden, "wb") as file:
        file.write(queue_file(number, 4096))
        file.flush()
        os.fsync(file.fileno())
    before, began = sink.messages, time.monotonic_ns()
    hidden.rename(contender.queue / f"latency{number}.queued")
    return arrival(contender, sink, before, began)


def arrival(contender, sink, before, began):
    wait_until(lambda: sink.messages > before, 60, f"a message of {contender.name}", 0.001, contender.describe)
    return (sink.latest_mail - began) / 1e6
