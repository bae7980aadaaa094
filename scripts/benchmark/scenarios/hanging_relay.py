# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Hanging relay: what one relay that never answers takes from a healthy one."""

import contextlib
import os
import socket

from ..ground import watch
from ..scenario import Column, Scenario


class HangingRelay(Scenario):
    """The rate at the healthy relay, alone and beside as many messages for a relay that takes connections and is silent."""

    key, title = "hanging", "One relay hangs beside a healthy one, 4 KiB a message"
    columns = (
        Column("messages", "count"),
        Column("alone, messages/s", "alone"),
        Column("beside the hanging one, messages/s", "beside"),
        Column("kept %", "kept", scale=100),
    )

    def applies(self, kind):
        return kind.routes_by_domain

    def count(self, contender):
        return min(2000, super().count(contender))

    def measure(self, contender, ground):
        alone, beside = (self.rate(contender, ground, hanging) for hanging in (False, True))
        return {"count": self.count(contender), "alone": alone, "beside": beside, "kept": beside / alone}

    def rate(self, contender, ground, hanging):
        """Messages a second at the healthy relay."""
        count = self.count(contender)
        with contextlib.closing(socket.create_server(("127.0.0.1", 0), backlog=512)) as silent:
            with ground.round(contender, hanging=silent.getsockname()[1]) as sink:
                if hanging:
                    contender.fill_hanging(count, 4096)
                contender.fill(count, 4096)
                os.sync()
                contender.start()
                watch(lambda: sink.messages >= count, contender)
                return count / (sink.latest_message - sink.first_mail) * 1e9
