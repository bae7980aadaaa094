# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""OpenSMTPD that takes mail for every address into one maildir."""

from .processes import Program
from .waiting import wait_until
from .workspace import free_port, is_listening

PACKAGES = ["opensmtpd"]
CONFIGURATION = """\
listen on 127.0.0.1 port {port}
smtp max-message-size 60M
action "inbox" maildir "{folder}/mail/inbox" virtual {{ "@" = mail }}
match from any for any action "inbox"
"""


class OpenSMTPD:
    """A private OpenSMTPD in a throw-away root."""

    def __init__(self, root, folder):
        self.folder, self.port = folder, free_port()
        (folder / "mail").mkdir()
        (folder / "mail").chmod(0o777)
        self.configuration = CONFIGURATION.format(folder=folder, port=self.port)
        self.program = Program(root.command("smtpd", "-d", "-f", folder / "smtpd.conf"), folder / "output.log")

    def start(self):
        (self.folder / "smtpd.conf").write_text(self.configuration)
        (self.folder / "smtpd.conf").chmod(0o600)
        self.program.start()
        wait_until(lambda: is_listening(self.port), 20, "OpenSMTPD's port", describe=self.log)
        return self

    def stop(self):
        self.program.stop()

    def log(self):
        return self.program.output()

    def inbox(self):
        """The files of the mail that has arrived."""
        return list((self.folder / "mail" / "inbox" / "new").glob("*"))
