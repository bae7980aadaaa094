# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""scripts/install into a folder, as a package is made, and what --uninstall leaves."""

import os
import pathlib
import stat
import subprocess
import unittest

from kit.binaries import PROJECT, binaries
from kit.workspace import Workspace


class Install(unittest.TestCase):
    def setUp(self):
        self.workspace = Workspace("install")
        self.addCleanup(self.workspace.close)
        self.root = self.workspace.path / "root"

    def install(self, *arguments, check=True):
        return subprocess.run(
            [PROJECT / "scripts" / "install", *arguments], env={**os.environ, "DESTDIR": str(self.root)},
            check=check, capture_output=True, text=True, timeout=60,
        )

    def files(self):
        """The files under the root, as their paths."""
        return {f"/{path.relative_to(self.root)}" for path in self.root.rglob("*") if path.is_file() or path.is_symlink()}

    def test_everything_has_its_place_and_no_program_has_the_rights_of_others(self):
        self.install("--prefix", "/usr", "--binaries", binaries())
        self.assertEqual(self.files(), {
            "/usr/bin/smtpqd", "/usr/bin/smtpq", "/usr/lib/systemd/system/smtpqd.service", "/usr/lib/sysusers.d/smtpqd.conf",
            "/usr/lib/tmpfiles.d/smtpqd.conf", "/usr/lib/systemd/catalog/smtpqd.catalog", "/usr/share/doc/smtpqd/smtpqd.toml",
            "/etc/smtpqd/smtpqd.toml", "/usr/include/smtp_component.h", "/usr/lib/libsmtp_component.so",
            "/usr/lib/libsmtp_component.so.1", "/usr/lib/pkgconfig/smtp_component.pc",
            "/usr/share/smtpqd/bindings/ipworks_smtp.php", "/usr/share/smtpqd/bindings/smtp_component.py",
        })
        for path in self.files():
            mode = (self.root / path[1:]).stat().st_mode
            self.assertEqual(mode & (stat.S_ISUID | stat.S_ISGID | stat.S_IWOTH), 0, path)
        unit = (self.root / "usr/lib/systemd/system/smtpqd.service").read_text()
        self.assertIn("ExecStart=/usr/bin/smtpqd\n", unit)

    def test_another_prefix_stands_in_the_unit(self):
        self.install("--prefix", "/opt/mail", "--binaries", binaries())
        self.assertIn("prefix=/opt/mail\n", (self.root / "opt/mail/lib/pkgconfig/smtp_component.pc").read_text())
        self.assertIn("ExecStart=/opt/mail/bin/smtpqd\n", (self.root / "opt/mail/lib/systemd/system/smtpqd.service").read_text())

    def test_a_configuration_outlives_an_update_and_a_removal(self):
        self.install("--binaries", binaries())
        configuration = self.root / "etc/smtpqd/smtpqd.toml"
        configuration.write_text('[[Relay]]\nMailServer = "smtp.example.com"\n')
        self.install("--binaries", binaries())
        self.assertEqual(configuration.read_text(), '[[Relay]]\nMailServer = "smtp.example.com"\n')
        self.install("--uninstall")
        self.assertEqual(self.files(), {"/etc/smtpqd/smtpqd.toml"})

    def test_a_configuration_that_nobody_touched_goes_with_the_rest(self):
        self.install("--binaries", binaries())
        self.install("--uninstall")
        self.assertEqual(self.files(), set())

    def test_a_wrong_call_is_told_and_installs_nothing(self):
        for arguments, status in ((["--prefix", "relative"], 64), (["--colour"], 64), (["--binaries", "/nonexistent"], 66)):
            result = self.install(*arguments, check=False)
            self.assertEqual(result.returncode, status, result.stderr)
            self.assertTrue(result.stderr.startswith("install: "), result.stderr)
        self.assertFalse(pathlib.Path(self.root).exists())
