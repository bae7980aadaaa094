# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""OpenSMTPD."""

import smtplib

from kit.waiting import wait_until
from kit.workspace import free_port, is_listening

from ..contender import Contender, write
from ..messages import RECIPIENT, SENDER, message

CONFIGURATION = """\
listen on 127.0.0.1 port {intake} hostname app.example
action "relay" relay host "smtp://127.0.0.1:{port}"
match from any for any action "relay"
"""
# It takes no more over one connection.
PER_SESSION = 100


class OpenSMTPD(Contender):
    """OpenSMTPD that relays everything."""

    key, name = "opensmtpd", "OpenSMTPD"
    packages = ("opensmtpd",)
    spool = "/var/spool/smtpd"
    most = 200

    def configure(self):
        self.intake = free_port()
        self.queue.chmod(0o711)
        write(self.folder / "smtpd.conf", CONFIGURATION.format(intake=self.intake, port=self.port), 0o600)

    def fill(self, count, size):
        """Through its SMTP server, while deliveries are paused."""
        self.start_for_submitting()
        for begin in range(0, count, PER_SESSION):
            with smtplib.SMTP("127.0.0.1", self.intake, "app.example") as client:
                for number in range(begin, min(begin + PER_SESSION, count)):
                    client.sendmail(SENDER, [RECIPIENT], message(number, size))
        self.halt()

    def start_for_submitting(self):
        """Without deliveries: its sendmail hands every message to the daemon."""
        self.run([*self.delivering(), "-P", "mta"], "fill")
        wait_until(self.is_ready, 20, "OpenSMTPD's port", describe=self.describe)

    def delivering(self):
        return ["smtpd", "-d", "-f", self.folder / "smtpd.conf"]

    def is_ready(self):
        return is_listening(self.intake)

    def submitting(self):
        return ["sendmail", *self.envelope_options()]

    def waiting(self):
        return self.count("queue/*/*/message")
