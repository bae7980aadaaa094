# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Big queue: a new message while many wait that are not due."""

import os
import time

from ..ground import watch
from ..scenario import Column, Scenario, percentile_99
from .latency import commanded, paced


class BigQueue(Scenario):
    """Start, memory, and the latency of new messages, over the number of waiting ones: of the first one, right after the
    start, and when what the start has caused is over."""

    key, title = "big", "Big queue: new messages while others wait"
    columns = (
        Column("waiting", "waiting"),
        Column("start s", "start", "{:.2f}"),
        Column("peak memory MiB", "memory", "{:,.1f}", scale=1 / (1 << 20)),
        Column("first message ms", "first", "{:.2f}"),
        Column("when idle, median ms", "latency", "{:.2f}"),
        Column("p99 ms", "latency", "{:.2f}", statistic=percentile_99),
    )
    rounds = 1

    def lengths(self):
        return [each for each in (0, 1_000, 10_000, 100_000, 1_000_000) if each <= self.options.big]

    def contenders(self, kinds, ground):
        found = []
        for kind in filter(self.applies, kinds):
            for length in self.lengths():
                contender = ground.contender(kind)
                contender.backlog = length
                found.append((f"{kind.name}, {length:,} waiting", contender))
        return found

    def applies(self, kind):
        return kind.keeps_backlog

    def measure(self, contender, ground):
        with ground.round(contender) as sink:
            contender.fill_backlog(contender.backlog, 1024)
            os.sync()
            began = time.monotonic()
            contender.start()
            watch(contender.is_ready, contender)
            start = time.monotonic() - began
            first = commanded(contender, sink)
            watch(idle(contender.group), contender, every=0.5)
            latencies = [commanded(contender, sink) for _ in paced(50)]
            contender.group.look_at_memory()
            return {
                "waiting": contender.backlog, "start": start, "memory": contender.group.peak_memory, "first": first,
                "latency": latencies,
            }


def idle(group):
    """A condition, to be asked twice a second: that the group has hardly worked since it was asked before."""
    worked = [float("-inf")]

    def condition():
        worked.append(group.cpu_seconds())
        return worked[-1] - worked[-2] < 0.05

    return condition
