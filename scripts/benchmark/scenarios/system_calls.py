# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""System calls: how many the delivery of one more message takes."""

import os
import signal

from kit.waiting import wait_until

from ..ground import watch
from ..scenario import Column, Scenario


class SystemCalls(Scenario):
    """The difference of two drains under strace, so that the start of the programs does not count."""

    key, title = "calls", "System calls, 4 KiB a message"
    main, more_is_better = "calls", False
    columns = (Column("system calls a message", "calls", "{:,.1f}"),)
    rounds = 1
    few, many = 50, 150

    def measure(self, contender, ground):
        return {
            "calls": (self.calls(contender, ground, self.many) - self.calls(contender, ground, self.few))
            / (self.many - self.few)
        }

    def calls(self, contender, ground, count):
        """The system calls of a whole drain."""
        with ground.round(contender) as sink:
            contender.fill(count, 4096)
            summary = contender.folder / "calls"
            tracer = contender.start(tracer=["strace", "-f", "-c", "-I", "anywhere", "-o", str(summary)])
            watch(lambda: sink.messages >= count and contender.waiting() == 0, contender)
            # A tracer that is ended itself says nothing.
            for pid in contender.group.processes():
                if pid != tracer.pid:
                    os.kill(pid, signal.SIGKILL)
            wait_until(
                lambda: summary.exists() and " total" in summary.read_text(),
                30,
                "strace's summary",
                describe=contender.describe,
            )
            return int(summary.read_text().split("\n")[-2].split()[3])
