# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The programs whose configuration smtpq convert reads: each sends a message after its own configuration."""

from .processes import Program
from .throwaway_root import ThrowawayRoot

PACKAGES = ["nullmailer", "msmtp", "ca-certificates", "libgnutls-openssl27"]
# It excludes nullmailer as a package, and is no more than two files.
SSMTP = "cd /tmp && apt-get download -qq ssmtp && dpkg-deb -x ssmtp_*.deb /tmp/ssmtp && cp /tmp/ssmtp/usr/sbin/ssmtp /usr/sbin/"


class Originals:
    """nullmailer, msmtp and ssmtp in one throw-away root."""

    def __init__(self, folder, shared):
        self.folder = folder
        self.root = ThrowawayRoot(folder, shared, PACKAGES)

    def start(self):
        self.root.start()
        self.root.run("sh", "-c", SSMTP)
        return self

    def stop(self):
        self.root.stop()

    def configure(self, folder):
        """Put the files of a folder below /etc of the root."""
        self.root.run("cp", "-r", f"{folder}/.", "/etc/")

    def msmtp(self, message, sender, recipients):
        self.root.run("/usr/bin/msmtp", "-C", "/etc/msmtprc", "-f", sender, *recipients, data=message)

    def ssmtp(self, message, sender, recipients):
        self.root.run("/usr/sbin/ssmtp", *recipients, data=message)

    def nullmailer(self, message, sender, recipients):
        """Enqueue, and let its daemon run once over the queue."""
        self.root.run("sh", "-c", "echo 0 > /etc/nullmailer/pausetime; chown -R mail: /var/spool/nullmailer")
        self.root.run("/usr/bin/nullmailer-inject", "-f", sender, *recipients, data=message)
        self.daemon = Program(self.root.command("/usr/sbin/nullmailer-send"), self.folder / "nullmailer.log").start()
        self.daemon.wait(60)

    def log(self):
        """What nullmailer says."""
        return self.daemon.output()
