# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Enqueue: how long the command takes that puts one message into the queue."""

import os

from ..ground import repeat
from ..messages import message
from ..scenario import Column, Scenario


class Enqueue(Scenario):
    """The sending command of each, without delivery: one at a time, then four at once."""

    key, title = "enqueue", "Enqueue by command, 4 KiB a message"
    main, more_is_better = "one", False
    columns = (
        Column("one at a time, ms", "one", "{:.2f}", scale=1e3),
        Column("CPU ms", "cpu", "{:.2f}", scale=1e3),
        Column("four at once, messages/s", "four"),
    )

    def applies(self, kind):
        return kind.enqueues

    def measure(self, contender, ground):
        alone, cpu = self.enqueue(contender, ground, 1)
        together, _ = self.enqueue(contender, ground, 4)
        return {"one": alone, "cpu": cpu, "four": 1 / together}

    def enqueue(self, contender, ground, parallel):
        """The seconds and the CPU seconds of a message."""
        count = min(200, contender.most_enqueued)
        with ground.round(contender):
            contender.start_for_submitting()
            path = contender.folder / "message"
            path.write_bytes(message(1, 4096))
            os.sync()
            seconds, cpu, _ = repeat(contender, count, parallel, contender.submitting(), path)
            if contender.waiting() != count:
                raise AssertionError(f"{contender.name}: {contender.waiting()} of {count} messages enqueued")
            return seconds / count, cpu / count
