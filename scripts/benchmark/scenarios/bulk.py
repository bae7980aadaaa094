# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Bulk: many messages through one command, durable."""

import os

from ..ground import repeat
from ..messages import message
from ..peers import SMTPQueueDaemon
from ..scenario import Column, Scenario


class Bulk(Scenario):
    """`smtpq send --batch` with an mbox on its input."""

    key, title = "bulk", "Bulk enqueue by one command, 4 KiB a message"
    columns = (Column("messages", "count"), Column("messages/s", "rate"), Column("CPU µs a message", "cpu", scale=1e6))

    def applies(self, kind):
        return kind is SMTPQueueDaemon

    def measure(self, contender, ground):
        count = self.count(contender)
        with ground.round(contender):
            path = contender.folder / "mbox"
            path.write_bytes(b"".join(b"From app\n" + message(number, 4096) + b"\n" for number in range(count)))
            os.sync()
            seconds, cpu, _ = repeat(contender, 1, 1, contender.submitting_many(), path)
            if contender.waiting() != count:
                raise AssertionError(f"{contender.waiting()} of {count} messages enqueued")
            return {"count": count, "rate": count / seconds, "cpu": cpu / count}
