# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The installed units under systemd as PID 1."""

import unittest

from kit.binaries import binaries
from kit.booted_systemd import run_inside

# Where the programs under test are found inside, which has a /tmp of its own.
INSIDE = "/opt/smtpqd-under-test"
PROGRAMS = ("smtpqd", "smtpq", "smtpq-send", "libsmtp_component.so")


class InstalledService(unittest.TestCase):
    def test_the_installed_units_under_a_real_systemd(self):
        run_inside(
            self, "inside.further_queue", "inside.started_by_mail", "inside.stopping", "inside.installed_unit",
            installs=[(binaries() / name, f"{INSIDE}/{name}") for name in PROGRAMS],
            environment={"SMTPQD_BINARIES": INSIDE},
        )
