# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""smtpqd itself."""

import json
import os

from kit.binaries import binaries

from ..contender import Contender, write
from ..messages import RECIPIENT, queue_file

RELAY = """\
[[Relay]]
Name = "{name}"
MailServer = "127.0.0.1"
MailPort = {port}
TLS = "none"
{more}
"""
ROUTE = """\
[[Route]]
Recipient = "@hanging.example"
Relays = ["hanging"]

[[Route]]
Relays = ["sink"]
"""
# Far enough for every measurement.
LATER = "Queue-After: 2099-01-01T00:00:00Z"


class SMTPQueueDaemon(Contender):
    """smtpqd as it comes, or with another number of connections."""

    key = name = "smtpqd"
    routes_by_domain = True
    keeps_backlog = True

    def __init__(self, root, programs, connections=None):
        super().__init__(root, programs)
        self.connections = connections

    def configure(self, hanging=None):
        more = f"Connections = {self.connections}\n" if self.connections else ""
        tables = [RELAY.format(name="sink", port=self.port, more=more)]
        if hanging:
            tables += [RELAY.format(name="hanging", port=hanging, more=more), ROUTE]
        top = f'QueueDir = "{self.queue}"\nReports = false\n\n'
        write(self.folder / "smtpqd.toml", top + "\n".join(tables), 0o600)

    def drop(self, count, size, recipient=RECIPIENT, fields=(), prefix="m"):
        """Put files into the queue, without a sync of each."""
        for number in range(count):
            write_new(self.queue / f"{prefix}{number}.queued", queue_file(number, size, recipient, fields))

    def fill(self, count, size):
        self.drop(count, size)

    def fill_backlog(self, count, size):
        """Messages that are not due before the end of the measurements."""
        self.drop(count, size, fields=[LATER], prefix="later")

    def fill_hanging(self, count, size):
        """Messages for the relay that hangs."""
        self.drop(count, size, "alice@hanging.example", prefix="hanging")

    def delivering(self):
        return [binaries() / "smtpqd", "--foreground", "--config", self.folder / "smtpqd.toml"]

    def submitting(self):
        """The program that is installed as smtpq."""
        return [binaries() / "smtpq-send", "send", *self.envelope_options()]

    def submitting_many(self):
        """The command that enqueues the mbox on its standard input."""
        return [binaries() / "smtpq", "send", "--batch", *self.envelope_options()]

    def environment(self):
        return {"SMTPQ_QUEUEDIR": str(self.queue), "SMTPQ_CONFIG": str(self.folder / "smtpqd.toml")}

    def is_ready(self):
        try:
            return json.loads((self.queue / ".status").read_text())["pid"] > 0
        except (OSError, ValueError):
            return False

    def waiting(self):
        return self.count("*.queued", "*.sending")


def write_new(path, data):
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.write(descriptor, data)
    os.close(descriptor)
