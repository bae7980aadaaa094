# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""A test of the service as it is installed, with an empty queue and a relay without TLS or login."""

import os
import shutil
import time
import unittest

from inside import system
from inside.system import CONFIGURATION, DROP_IN, QUEUE, show, systemctl
from kit.daemon import configuration
from kit.queue_directory import QueueDirectory
from kit.scripted_relay import ScriptedRelay
from kit.waiting import wait_until


class ServiceCase(unittest.TestCase):
    def setUp(self):
        self.relay = ScriptedRelay().start()
        self.addCleanup(self.relay.stop)
        self.queue = QueueDirectory(QUEUE)
        self.addCleanup(self.empty_queue)
        self.addCleanup(systemctl, "reset-failed", check=False)
        self.addCleanup(systemctl, "stop", "smtpqd.path", "smtpqd.service", check=False)
        self.configure()
        self.drop_in("")

    def configure(self, path=CONFIGURATION, **settings):
        path.parent.mkdir(exist_ok=True)
        relay = {"Name": "primary", "MailServer": "127.0.0.1", "MailPort": self.relay.port, "TLS": "none"}
        path.write_text(configuration(settings, [relay], []))

    def drop_in(self, text):
        """Change the service for this test."""
        shutil.rmtree(DROP_IN.parent, ignore_errors=True)
        if text:
            DROP_IN.parent.mkdir()
            DROP_IN.write_text(f"[Service]\n{text}")
        systemctl("daemon-reload")

    @staticmethod
    def empty_queue():
        for name in os.listdir(QUEUE):
            (QUEUE / name).unlink()

    def assert_delivered(self, stem, seconds=20):
        wait_until(
            lambda: not self.queue.states(stem), seconds, f"{stem} to be delivered", describe=system.journal_text
        )

    def wait_for(self, state, seconds=20):
        wait_until(
            lambda: show("ActiveState") == state, seconds, f"the service to be {state}", describe=system.journal_text
        )

    def stop(self):
        """Stop the service; return the seconds that it took."""
        begin = time.monotonic()
        systemctl("stop", "smtpqd.service")
        return time.monotonic() - begin
