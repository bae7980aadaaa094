# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""How many instructions the hot paths take. They repeat on a noisy machine, where times do not."""

import contextlib
import dataclasses
import os
import re
import subprocess

from kit.binaries import binaries
from kit.daemon import Daemon
from kit.processes import Program
from kit.waiting import wait_until
from kit.workspace import Workspace

from .messages import message, queue_file
from .programs import build
from .report import line
from .sink import Sink

COLLECTED = re.compile(r"Collected : (\d+)")
FEW, MANY = 100, 300


@dataclasses.dataclass(frozen=True)
class Path:
    """A hot path: its name, the most instructions that it may take, and how they are counted."""

    name: str
    limit: int
    count: object


class Counting:
    """Runs the programs under callgrind, in a folder of its own."""

    def __init__(self, workspace):
        self.workspace = workspace
        self.programs = build(workspace.folder("programs"))
        for name in ("smtpq-send", "smtpqd"):
            # valgrind gives up on the debugging information of Swift.
            subprocess.run(["strip", "-o", self.programs / name, binaries() / name], check=True)

    def valgrind(self, log):
        return ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", f"--log-file={log}"]

    def send(self):
        """`smtpq send` of one message."""
        folder = self.workspace.folder("send/queue")
        log = self.workspace.path / "send.log"
        command = [*self.valgrind(log), self.programs / "smtpq-send", "send", "-f", "app@app.example", "alice@example.net"]
        environment = {**os.environ, "SMTPQ_QUEUEDIR": str(folder)}
        subprocess.run(command, input=message(1, 4096), env=environment, check=True, capture_output=True, timeout=60)
        return int(COLLECTED.search(log.read_text()).group(1))

    def delivery(self):
        """One more message of 4 KiB: the difference of two drains, so that the start does not count."""
        return (self.drain(MANY) - self.drain(FEW)) // (MANY - FEW)

    def drain(self, count):
        """The start of the daemon, and all messages of a full queue."""
        folder = self.workspace.folder(f"drain-{count}")
        log = folder / "callgrind.log"
        with contextlib.ExitStack() as cleanup:
            sink = Sink(folder, self.programs)
            cleanup.callback(sink.stop)
            daemon = Daemon(folder, sink.port)
            for number in range(count):
                daemon.queue.drop(queue_file(number, 4096))
            command = [*self.valgrind(log), self.programs / "smtpqd", "--foreground", "--config", daemon.configuration]
            cleanup.callback(Program(command, folder / "output.log").start().stop)
            wait_until(
                lambda: sink.messages == count and daemon.queue.waiting == 0, 60, "an empty queue", describe=log.read_text
            )
        return int(COLLECTED.search(log.read_text()).group(1))


# The limits stand about 15 % above what was counted when they were set.
PATHS = (
    Path("smtpq send, one message", 2_350_000, Counting.send),
    Path("smtpqd, one more delivery", 750_000, Counting.delivery),
)


def main():
    """Count and print; return the exit status: 1 when a path takes more than its limit."""
    rows, exceeded = [], []
    with contextlib.closing(Workspace("instructions")) as workspace:
        counting = Counting(workspace)
        for path in PATHS:
            count = path.count(counting)
            rows.append([path.name, f"{count:,}", f"{path.limit:,}", f"{count / path.limit:.0%}"])
            if count > path.limit:
                exceeded.append(path.name)
    heads = line(["hot path", "instructions", "limit", "of the limit"])
    print("\n".join([heads, line(["---", "---:", "---:", "---:"]), *map(line, rows)]))
    if exceeded:
        print(f"too many instructions: {', '.join(exceeded)}")
    return int(bool(exceeded))
