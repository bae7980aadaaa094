# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The Debian packages: built, looked at by lintian, and used under a real systemd."""

import subprocess
import unittest

from kit.binaries import PROJECT, binaries
from kit.booted_systemd import run_inside
from kit.workspace import Workspace

# Where they are inside, which has a /tmp of its own.
INSIDE = "/opt/smtpqd-packages"


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.workspace = Workspace("package")
        cls.addClassCleanup(cls.workspace.close)
        subprocess.run(
            [PROJECT / "scripts" / "package-deb", "--fast", "--binaries", binaries(), cls.workspace.path], check=True, timeout=300
        )
        cls.packages = sorted(cls.workspace.path.glob("*.deb"))

    def test_they_have_the_version_of_the_programs(self):
        def output(*command):
            return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.strip()

        versions = {output("dpkg-deb", "-f", each, "Version") for each in self.packages}
        self.assertEqual(versions, {output(binaries() / name, "--version") for name in ("smtpq", "smtpqd")})

    def test_lintian_has_nothing_to_say(self):
        result = subprocess.run(
            ["lintian", "--allow-root", "--pedantic", *self.packages], capture_output=True, text=True, timeout=300
        )
        self.assertEqual((result.returncode, result.stdout), (0, ""))

    def test_they_install_upgrade_and_go_under_a_real_systemd(self):
        run_inside(
            self, "inside.package", installs=[(self.workspace.path, INSIDE)], environment={"SMTPQD_PACKAGES": INSIDE}
        )
