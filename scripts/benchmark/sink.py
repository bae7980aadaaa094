# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The relay of the measurements: takes everything, and says when."""

import mmap
import struct

from kit.processes import Program
from kit.usage import Usage
from kit.waiting import wait_until

FIELDS = ("port", "messages", "connections", "first_mail", "latest_mail", "latest_message")
SIZE = 64


class Sink:
    """A sink on a loopback port of its own. Its figures are attributes; times are nanoseconds of CLOCK_MONOTONIC."""

    def __init__(self, folder, programs):
        path = folder / "sink.figures"
        self.program = Program([programs / "sink", path], folder / "sink.log").start()
        wait_until(lambda: path.exists() and path.stat().st_size == SIZE, 10, "the sink")
        with open(path, "rb") as file:
            self._figures = mmap.mmap(file.fileno(), SIZE, prot=mmap.PROT_READ)
        wait_until(lambda: self.port, 10, "the sink's port", describe=self.program.output)

    def __getattr__(self, name):
        try:
            return struct.unpack_from("=Q", self._figures, 8 * FIELDS.index(name))[0]
        except ValueError:
            raise AttributeError(name) from None

    @property
    def cpu_seconds(self):
        """Its CPU time so far. Near the time of a round it says that the sink was the bottleneck."""
        return Usage(self.program.pid).cpu_seconds

    def stop(self):
        self.program.stop()
