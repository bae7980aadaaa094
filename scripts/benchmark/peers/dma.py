# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""DragonFly Mail Agent."""

import grp

from ..contender import Contender, write
from ..messages import RECIPIENT, SENDER, message

CONFIGURATION = """\
SMARTHOST 127.0.0.1
PORT {port}
SPOOLDIR {queue}
MAILNAME app.example
NULLCLIENT
{more}
"""


class DMA(Contender):
    """dma with a smart host: a process for each message."""

    key = name = "dma"
    packages = ("dma",)
    most = 2000

    def configure(self):
        self.owner = 0, grp.getgrnam("mail").gr_gid
        self.root.run("chown", "root:mail", self.queue)
        self.queue.chmod(0o2770)
        self.set_deferring(True)

    def set_deferring(self, deferring):
        """Whether a message that is enqueued waits for `dma -q`."""
        text = CONFIGURATION.format(port=self.port, queue=self.queue, more="DEFER" if deferring else "")
        self.root.run("sh", "-c", "cat > /etc/dma/dma.conf && chmod 644 /etc/dma/dma.conf", data=text)

    def fill(self, count, size):
        for number in range(count):
            name = f"{number + 0x100000:x}.{number + 0x1000:x}"
            write(self.queue / f"M{name}", message(number, size), 0o660, self.owner)
            write(self.queue / f"Q{name}", f"ID: {name}\nSender: {SENDER}\nRecipient: {RECIPIENT}\n", 0o660, self.owner)

    def delivering(self):
        return ["dma", "-q"]

    def start(self, tracer=()):
        self.set_deferring(False)
        return super().start(tracer)

    def start_for_sending(self):
        self.set_deferring(False)

    def submitting(self):
        return ["dma", "-i", *self.envelope_options()]

    def waiting(self):
        return self.count("Q*")
