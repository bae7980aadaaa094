# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""smtpq under the names that programs call a mailer by."""

import os
import subprocess

from .binaries import binaries

NAMES = ("sendmail", "mailq", "newaliases")


class Mailer:
    """A folder with `sendmail`, `mailq` and `newaliases`, for the queue directory of a daemon."""

    def __init__(self, folder, daemon):
        self.folder = folder
        for name in NAMES:
            (folder / name).symlink_to(binaries() / "smtpq")
        self.sendmail = folder / "sendmail"
        self.environment = {"SMTPQ_CONFIG": str(daemon.configuration)}

    def run(self, *command, data=b"", check=True, name="sendmail", environment=None):
        """Run one of the names with these arguments."""
        return self.call(self.folder / name, *command, data=data, check=check, environment=environment)

    def call(self, *command, data=b"", check=True, environment=None, folder=None):
        """Run any program that in turn finds the mailer's queue; return the finished process with its output as text."""
        result = subprocess.run(
            [str(each) for each in command], input=data, capture_output=True, timeout=60, cwd=folder,
            env={**os.environ, **self.environment, **(environment or {})},
        )
        result.stdout, result.stderr = result.stdout.decode(errors="replace"), result.stderr.decode(errors="replace")
        if check and result.returncode != 0:
            raise AssertionError(f"{' '.join(map(str, command))}: exit status {result.returncode}\n{result.stdout}{result.stderr}")
        return result
