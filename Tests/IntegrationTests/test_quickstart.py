# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The first command of the README."""

import os
import re
import subprocess

from kit.binaries import PROJECT, binaries
from kit.case import MailTestCase


class QuickStart(MailTestCase):
    def test_the_tour_shows_both_messages_and_leaves_nothing(self):
        environment = {**os.environ, "TMPDIR": str(self.workspace.path)}
        for _ in range(2):
            result = subprocess.run(
                [PROJECT / "scripts" / "quickstart", "--binaries", binaries()], stdin=subprocess.DEVNULL,
                capture_output=True, text=True, timeout=60, env=environment,
            )
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
            self.assertEqual(result.stderr, "")
            for line in ("To: Alice <alice@example.net>", "Subject: Your order", "To: bob@example.org", "Subject: Hello"):
                self.assertIn(line, result.stdout)
            self.assertNotIn("\x1b", result.stdout)
            self.assertEqual(list(self.workspace.path.iterdir()), [])
            left = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
            self.assertFalse(re.search(re.escape(str(self.workspace.path)), left), "a process stays")
