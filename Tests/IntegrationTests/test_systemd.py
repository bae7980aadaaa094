# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""systemd as PID 1: boots one and runs the tests of inside/ in it."""

import os
import subprocess
import unittest

from kit.binaries import PROJECT, binaries

# Where the programs under test are found inside, which has a /tmp of its own.
INSIDE = "/opt/smtpqd-under-test"


class InstalledService(unittest.TestCase):
    def test_the_installed_unit_under_a_real_systemd(self):
        self.run_inside("inside.installed_unit")

    def run_inside(self, module):
        """Boot a systemd over this machine's root and run a test module in it."""
        programs = [f"{binaries() / name}:{INSIDE}/{name}" for name in ("smtpqd", "smtpq", "libsmtp_component.so")]
        command = [
            PROJECT / "scripts" / "with-systemd", "--timeout", "300",
            *(argument for each in programs for argument in ("--install", each)),
            "--", "env", f"SMTPQD_BINARIES={INSIDE}", "PYTHONDONTWRITEBYTECODE=1",
            "sh", "-c", f"cd '{PROJECT / 'Tests' / 'IntegrationTests'}' && exec python3 -m unittest -v {module}",
        ]
        result = subprocess.run(
            [str(each) for each in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=500, env=os.environ,
        )
        print(f"\n{result.stdout}", flush=True)
        self.assertEqual(result.returncode, 0, "failures inside, see above")
        self.assertNotIn("skipped=", result.stdout)
