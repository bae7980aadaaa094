# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""What is measured: a mail program with a queue of its own on a private folder."""

import os
import pathlib

from kit.waiting import wait_until

from .control_group import ControlGroup
from .messages import RECIPIENT, SENDER


class Contender:
    """One program in one configuration. A subclass for each stands in `peers`.

    A round is: `prepare` a fresh folder, `configure`, perhaps `fill` it, `start` what delivers, look at `waiting`, `stop`.
    """

    key = ""
    """How the command line calls it."""
    name = ""
    """How tables call it."""
    packages = ()
    """The Debian packages that it comes from, installed in a root of their own."""
    most = 5000
    """The most messages of one drain. What is slow gets fewer, so that a round ends."""
    most_enqueued = 200
    """The most messages that its command enqueues in a round."""
    spool = None
    """The queue directory where it cannot be chosen: the folder of a round is mounted there."""
    enqueues = True
    """Whether it has a command that enqueues."""
    routes_by_domain = False
    """Whether recipient domains can go to different relays."""
    keeps_backlog = False
    """Whether messages that are not due yet can wait in its queue."""

    def __init__(self, root, programs):
        self.root, self.programs = root, programs
        self.folder = self.queue = self.port = self.group = None

    # A round

    def prepare(self, folder, port):
        """Make a fresh queue under `folder`, for a relay at `port`."""
        self.folder, self.port = pathlib.Path(folder), port
        self.queue = self.folder / "queue"
        self.queue.mkdir()
        if self.spool:
            self.root.run("sh", "-c", f"mkdir -p {self.spool}; cp -a {self.spool}/. {self.queue}")
            self.root.run("mount", "--bind", self.queue, self.spool)
        self.group = ControlGroup()

    def configure(self):
        """Write the configuration of this round."""

    def fill(self, count, size):
        """Put messages into the queue, without delivering them."""
        raise NotImplementedError

    def delivering(self):
        """The command that delivers what is in the queue. It may end when the queue is empty, or stay."""
        raise NotImplementedError

    def submitting(self):
        """The command that enqueues the message on its standard input and delivers nothing."""
        raise NotImplementedError

    def sending(self):
        """The command that sends the message on its standard input, after `start_for_sending`."""
        return self.submitting()

    def waiting(self):
        """How many messages are still in the queue."""
        raise NotImplementedError

    def environment(self):
        """Environment variables of all its commands."""
        return {}

    # Running

    def run(self, command, name="output", tracer=()):
        """Start a command of it in its control group."""
        words = self.root.command(*tracer, *command)
        return self.group.start(words, self.folder / f"{name}.log", self.environment())

    def start(self, tracer=()):
        return self.run(self.delivering(), tracer=tracer)

    def start_for_submitting(self):
        """Start what the submitting command needs. Most need nothing."""

    def start_for_sending(self):
        """Start what delivers that which the sending command enqueues. Some deliver themselves, and need nothing."""
        self.start()
        wait_until(self.is_ready, 120, self.name, describe=self.describe)

    def is_ready(self):
        """Whether a started contender takes and delivers mail."""
        return True

    def halt(self):
        """End everything that was started, at once."""
        self.group.kill()

    def stop(self):
        """End the round."""
        self.group.remove()
        if self.spool:
            self.root.run("umount", "--lazy", self.spool)

    def describe(self):
        """What it has printed, for a failure."""
        return "".join(path.read_text(errors="replace")[-2000:] for path in sorted(self.folder.glob("*.log")))

    def count(self, *patterns):
        """How many files of the queue match."""
        return sum(1 for pattern in patterns for _ in self.queue.glob(pattern))

    def envelope_options(self):
        """Sender and recipient as sendmail's command line has them."""
        return ["-f", SENDER, RECIPIENT]


def write(path, text, mode=0o644, owner=None):
    """Write a file of the machine; `owner` is a user and a group id."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    path.chmod(mode)
    if owner:
        os.chown(path, *owner)
