# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""msmtp with its queue script msmtpq."""

from kit.workspace import free_port

from ..contender import Contender, write
from ..messages import RECIPIENT, SENDER, message

SCRIPTS = "/usr/libexec/msmtp/msmtpq"
ACCOUNT = """\
account default
host 127.0.0.1
port {port}
from {sender}
tls off
auth off
"""


class MSMTPQueue(Contender):
    """msmtpq: shell functions around msmtp. It enqueues what cannot be sent now, so enqueuing goes to a closed port."""

    key, name = "msmtpq", "msmtp with msmtpq"
    packages = ("msmtp",)
    most = 200
    most_enqueued = 20

    def configure(self):
        for name, port in (("relay", self.port), ("closed", free_port())):
            write(self.folder / name, ACCOUNT.format(port=port, sender=SENDER), 0o600)
            write(self.folder / f"msmtp-{name}", f'#!/bin/sh\nexec msmtp -C {self.folder}/{name} "$@"\n', 0o755)
        self.queue.chmod(0o700)

    def fill(self, count, size):
        for number in range(count):
            write(self.queue / f"{number}.mail", message(number, size))
            write(self.queue / f"{number}.msmtp", f"-f {SENDER} {RECIPIENT}\n")

    def environment(self):
        return {
            "PATH": f"{SCRIPTS}:/usr/sbin:/usr/bin:/sbin:/bin",
            "MSMTPQ_Q": str(self.queue),
            "EMAIL_CONN_TEST": "x",
            "MSMTPQ_LOG": str(self.folder / "msmtpq.log"),
            "EMAIL_QUEUE_QUIET": "t",
            "MSMTP": str(self.folder / "msmtp-relay"),
        }

    def delivering(self):
        return ["msmtp-queue", "-r"]

    def start_for_sending(self):
        pass

    def submitting(self):
        return ["env", f"MSMTP={self.folder}/msmtp-closed", "msmtpq", *self.envelope_options()]

    def sending(self):
        return ["msmtpq", *self.envelope_options()]

    def waiting(self):
        return self.count("*.mail")
