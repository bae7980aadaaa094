# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""A private folder for one test class, and free loopback ports."""

import os
import pathlib
import shutil
import socket
import tempfile


class Workspace:
    """A temporary folder that other users may enter. Kept for a look when SMTPQ_KEEP is set."""

    def __init__(self, name):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix=f"smtpqd-{name}-"))
        self.path.chmod(0o755)

    def folder(self, name, mode=0o755):
        """Make a folder in the workspace."""
        path = self.path / name
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(mode)
        return path

    def close(self):
        """Remove everything, unless it is to be kept."""
        if os.environ.get("SMTPQ_KEEP"):
            print(f"kept: {self.path}")
        else:
            shutil.rmtree(self.path, ignore_errors=True)


def free_port():
    """Return a loopback port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_listening(port, host="127.0.0.1"):
    """Say whether a connection to the port is accepted."""
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex((host, port)) == 0
