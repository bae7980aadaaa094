# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Exim."""

from ..contender import Contender
from ..messages import RECIPIENT, SENDER, message

CONFIGURATION = """\
primary_hostname = app.example
keep_environment =
log_file_path = {folder}/log-%s
spool_directory = {folder}/queue
never_users =
trusted_users = root
begin routers
relay:
  driver = manualroute
  domains = *
  transport = relay
  route_list = * 127.0.0.1
  self = send
begin transports
relay:
  driver = smtp
  port = {port}
  hosts_avoid_tls = *
"""
RUNNERS = 4


class Exim(Contender):
    """Exim with a smart host; its queue is delivered by some queue runners at once."""

    key, name = "exim", "Exim"
    packages = ("exim4-daemon-light",)
    most = 500

    def configure(self):
        text = CONFIGURATION.format(folder=self.folder, port=self.port)
        self.root.run("sh", "-c", "cat > /etc/exim4/exim4.conf && chmod 644 /etc/exim4/exim4.conf", data=text)
        self.root.run("chown", "-R", "Debian-exim:Debian-exim", self.queue, self.folder)

    def fill(self, count, size):
        """Batch SMTP on standard input."""
        batch = "HELO app.example\n" + "".join(
            f"MAIL FROM:<{SENDER}>\nRCPT TO:<{RECIPIENT}>\nDATA\n{message(number, size).decode()}.\n"
            for number in range(count)
        )
        self.root.run("exim4", "-odq", "-bS", data=batch + "QUIT\n")

    def delivering(self):
        return ["sh", "-c", "exim4 -q & " * RUNNERS + "wait"]

    def start_for_sending(self):
        pass

    def submitting(self):
        return ["exim4", "-odq", "-i", *self.envelope_options()]

    def sending(self):
        return ["exim4", "-i", *self.envelope_options()]

    def waiting(self):
        return self.count("input/*-H", "input/?/*-H")
