# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Postfix's smtp-sink: a relay that takes everything, fast."""

import os
import re

from .processes import Program
from .waiting import wait_until
from .workspace import free_port, is_listening


class Sink:
    """A sink that counts what arrives."""

    def __init__(self, folder):
        self.port = free_port()
        self.log = folder / "sink.log"
        self.program = Program(["smtp-sink", "-4", "-c", "-u", "postfix", f"127.0.0.1:{self.port}", "1024"], self.log).start()
        wait_until(lambda: is_listening(self.port), 10, "smtp-sink")

    def count(self):
        """Messages that have arrived."""
        with open(self.log, "rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 200))
            found = re.findall(rb"mesg=(\d+)", file.read())
        return int(found[-1]) if found else 0

    def stop(self):
        self.program.stop()
