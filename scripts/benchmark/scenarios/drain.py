# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Drain: how fast a full queue is delivered."""

import os
import time

from ..ground import watch
from ..scenario import Column, Scenario


class Drain(Scenario):
    """From the first MAIL command at the sink until the queue is empty."""

    key, size = "drain", 4096
    title = "Drain, 4 KiB a message"
    main = "rate"
    columns = (
        Column("messages", "count"),
        Column("messages/s", "rate"),
        Column("CPU µs a message", "cpu", scale=1e6),
        Column("peak memory MiB", "memory", "{:,.1f}", scale=1 / (1 << 20)),
        Column("sink busy %", "sink", scale=100),
    )

    def measure(self, contender, ground):
        count = self.count(contender)
        with ground.round(contender) as sink:
            contender.fill(count, self.size)
            filled = contender.waiting()
            if filled != count:
                raise AssertionError(f"{contender.name}: {filled} of {count} messages in the queue\n{contender.describe()}")
            os.sync()
            before = contender.group.cpu_seconds()
            contender.start()
            watch(lambda: sink.messages >= count, contender)
            watch(lambda: contender.waiting() == 0, contender)
            seconds = (time.monotonic_ns() - sink.first_mail) / 1e9
            contender.group.look_at_memory()
            cpu = contender.group.cpu_seconds() - before
            if sink.messages != count:
                raise AssertionError(f"{contender.name}: {sink.messages} of {count} messages at the sink")
            return {
                "count": count, "rate": count / seconds, "cpu": cpu / count,
                "memory": contender.group.peak_memory, "sink": sink.cpu_seconds / seconds,
            }


class LargeDrain(Drain):
    """The same with messages of 100 KiB."""

    key, size = "drain-large", 100 << 10
    title = "Drain, 100 KiB a message"

    def count(self, contender):
        return max(1, super().count(contender) // 10)
