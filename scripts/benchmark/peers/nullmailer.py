# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""nullmailer."""

import os
import pwd
import time

from ..contender import Contender, write
from ..messages import RECIPIENT, SENDER, message

AS_MAIL = ("setpriv", "--reuid=mail", "--regid=mail", "--clear-groups")


class Nullmailer(Contender):
    """nullmailer with one remote."""

    key = name = "nullmailer"
    packages = ("nullmailer",)
    spool = "/var/spool/nullmailer"
    most = 100

    def configure(self):
        self.owner = pwd.getpwnam("mail").pw_uid, pwd.getpwnam("mail").pw_gid
        self.root.run("sh", "-c", "cat > /etc/nullmailer/remotes", data=f"127.0.0.1 smtp --port={self.port}\n")
        self.root.run("sh", "-c", "cat > /etc/nullmailer/me", data="app.example\n")
        trigger = self.queue / "trigger"
        if not trigger.exists():
            os.mkfifo(trigger)
        trigger.chmod(0o622)
        os.chown(trigger, *self.owner)

    def fill(self, count, size):
        envelope = f"{SENDER}\n{RECIPIENT}\n\n".encode()
        for number in range(count):
            path = self.queue / "queue" / f"{int(time.time())}.{number}"
            write(path, envelope + message(number, size), 0o600, self.owner)

    def delivering(self):
        return ["sh", "-c", f"cd {self.spool} && exec {' '.join(AS_MAIL)} nullmailer-send"]

    def submitting(self):
        return ["nullmailer-inject", *self.envelope_options()]

    def waiting(self):
        return self.count("queue/*")
