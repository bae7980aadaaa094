# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Connections: the drain over the number of connections, for the chart."""

from ..peers import Ceiling, SMTPQueueDaemon, TunedPostfix
from ..scenario import Column
from .drain import Drain

NUMBERS = (1, 2, 4, 8, 16)


class Connections(Drain):
    """The drain with 1 to 16 connections."""

    key, title = "connections", "Drain over the number of connections, 4 KiB a message"
    main = ""
    columns = (Column("connections", "connections"), *Drain.columns)

    def contenders(self, kinds, ground):
        chosen = [kind for kind in (SMTPQueueDaemon, Ceiling, TunedPostfix) if kind in kinds]
        return [
            (f"{kind.name}, {number}", ground.contender(kind, connections=number)) for kind in chosen for number in NUMBERS
        ]

    def count(self, contender):
        return min(2000, super().count(contender))

    def measure(self, contender, ground):
        return {"connections": contender.connections, **super().measure(contender, ground)}
