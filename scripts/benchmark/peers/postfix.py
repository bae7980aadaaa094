# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Postfix on an instance of its own."""

import os
import re

from kit.waiting import wait_until
from kit.workspace import free_port, is_listening

from ..contender import Contender, write
from ..messages import RECIPIENT, queue_file

SETTINGS = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
myhostname = app.example
mydestination =
alias_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
in_flow_delay = 0
relayhost = [127.0.0.1]:{port}
"""
# The best that was found by trial on two cores. Handing connections from one delivery agent to another costs Postfix more
# than opening new ones to a relay without TLS.
TUNED = """\
initial_destination_concurrency = {connections}
default_destination_concurrency_limit = {connections}
smtp_connection_cache_on_demand = no
smtp_dns_support_level = disabled
"""
HANGING = "transport_maps = inline:{{hanging.example=smtp:[127.0.0.1]:{hanging}}}\n"
QUEUES = ("maildrop", "incoming", "active", "deferred", "hold")


class Postfix(Contender):
    """Postfix as Debian ships it, with a relay host."""

    key, name = "postfix", "Postfix, as it comes"
    packages = ("postfix",)
    routes_by_domain = True
    keeps_backlog = True
    tuning = ""

    def configure(self, hanging=None):
        self.intake = free_port()
        text = SETTINGS.format(folder=self.folder, port=self.port) + self.tuning
        if hanging:
            text += HANGING.format(hanging=hanging)
        self.put("main.cf", text)
        services = self.root.run("cat", "/usr/share/postfix/master.cf.dist")
        services = re.sub(r"(?m)^(\w+\s+\S+\s+\S+\s+\S+\s+)y", r"\1n", services)
        self.services = re.sub(r"(?m)^smtp(\s+inet)", rf"127.0.0.1:{self.intake}\1", services)
        self.put("master.cf", self.services)
        self.root.run("install", "-d", "-o", "postfix", self.folder / "data")
        self.root.run("postfix", "check")

    def put(self, name, text):
        self.root.run("sh", "-c", f"cat > /etc/postfix/{name}", data=text)

    def fill(self, count, size, recipient=RECIPIENT):
        """Through its SMTP server, from the bare C program, while the queue manager is away."""
        self.put("master.cf", re.sub(r"(?m)^(qmgr|pickup) .*\n", "", self.services))
        self.run(self.delivering(), "fill")
        wait_until(self.is_ready, 20, "Postfix's port", describe=self.describe)
        files = self.folder / "files"
        files.mkdir(exist_ok=True)
        for number in range(count):
            write(files / str(number), queue_file(number, size, recipient))
        self.root.run(self.programs / "ceiling", self.intake, files, 10)
        self.halt()
        self.put("master.cf", self.services)

    def fill_hanging(self, count, size):
        """Messages for the relay that hangs."""
        self.fill(count, size, "alice@hanging.example")

    def fill_backlog(self, count, size):
        """Copies of one message in the deferred queue, not due for long: the time of a file is when it is due."""
        self.fill(1, size)
        origin = next(path for path in (self.queue / "incoming").rglob("*") if path.is_file())
        data, owner = origin.read_bytes(), origin.stat()
        origin.unlink()
        folders = [self.queue / "deferred" / f"{number:X}" for number in range(16)]
        for folder in folders:
            folder.mkdir(exist_ok=True)
            os.chown(folder, owner.st_uid, owner.st_gid)
            folder.chmod(0o700)
        for number in range(count):
            new = self.queue / "deferred" / "new"
            new.write_bytes(data)
            new.chmod(0o700)
            # Postfix renames what is not called after its inode.
            path = folders[number % 16] / f"{number % 16:X}{number % 0xF000:04X}{new.stat().st_ino:X}"
            new.rename(path)
            os.chown(path, owner.st_uid, owner.st_gid)
            os.utime(path, (4_000_000_000, 4_000_000_000))

    def delivering(self):
        return ["postfix", "start-fg"]

    def is_ready(self):
        return is_listening(self.intake)

    def submitting(self):
        return ["sendmail", "-i", *self.envelope_options()]

    def waiting(self):
        return sum(len(files) for name in QUEUES for _, _, files in os.walk(self.queue / name))


class TunedPostfix(Postfix):
    """Postfix with the settings that make it fastest here."""

    key, name = "postfix-tuned", "Postfix, tuned for this"
    keeps_backlog = False

    def __init__(self, root, programs, connections=20):
        super().__init__(root, programs)
        self.connections = connections
        self.tuning = TUNED.format(connections=connections)
