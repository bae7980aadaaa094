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

PROGRAMS = ("smtpq", "smtpqd")
MANUAL = ("smtpq.1", "sendmail.1", "mailq.1", "newaliases.1", "smtpq-queue.5", "smtpqd.8")


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
            "/usr/bin/smtpqd", "/usr/bin/smtpq", "/usr/libexec/smtpqd/smtpq", "/usr/sbin/sendmail", "/usr/lib/sendmail", "/usr/bin/mailq", "/usr/bin/newaliases",
            *(f"/usr/lib/systemd/system/{name}" for name in (
                "smtpqd.service", "smtpqd@.service", "smtpqd.path", "smtpqd.service.d/10-common.conf",
                "smtpqd@.service.d/10-common.conf",
            )),
            "/usr/lib/sysusers.d/smtpqd.conf", "/usr/lib/tmpfiles.d/smtpqd.conf", "/usr/lib/systemd/catalog/smtpqd.catalog",
            "/usr/share/doc/smtpqd/examples/smtpqd.toml", "/usr/share/doc/smtpqd/examples/network-online.conf",
            "/etc/smtpqd/smtpqd.toml", "/usr/include/smtp_component.h", "/usr/lib/libsmtp_component.so",
            "/usr/lib/libsmtp_component.so.1", "/usr/lib/pkgconfig/smtp_component.pc",
            "/usr/share/smtpqd/bindings/ipworks_smtp.php", "/usr/share/smtpqd/bindings/smtp_component.py",
            "/usr/share/smtpqd/prometheus/smtpqd.rules.yml", "/usr/share/smtpqd/grafana/smtpqd.json",
            "/usr/share/smtpqd/schema/smtpq.json",
            *(f"/usr/share/man/man{page[-1]}/{page}" for page in MANUAL),
            *(f"/usr/share/bash-completion/completions/{name}" for name in PROGRAMS),
            *(f"/usr/share/zsh/site-functions/_{name}" for name in PROGRAMS),
            *(f"/usr/share/fish/vendor_completions.d/{name}.fish" for name in PROGRAMS),
        })
        for path in self.files():
            mode = (self.root / path[1:]).stat().st_mode  # through a link: none leads to nothing
            self.assertEqual(mode & (stat.S_ISUID | stat.S_ISGID | stat.S_IWOTH), 0, path)
        unit = (self.root / "usr/lib/systemd/system/smtpqd.service").read_text()
        self.assertIn("ExecStart=/usr/bin/smtpqd\n", unit)

    def test_another_prefix_stands_in_the_unit(self):
        self.install("--prefix", "/opt/mail", "--binaries", binaries())
        self.assertIn("prefix=/opt/mail\n", (self.root / "opt/mail/lib/pkgconfig/smtp_component.pc").read_text())
        units = self.root / "opt/mail/lib/systemd/system"
        self.assertIn("ExecStart=/opt/mail/bin/smtpqd\n", (units / "smtpqd.service").read_text())
        self.assertIn(" /opt/mail/lib/tmpfiles.d/smtpqd.conf ", (units / "smtpqd@.service").read_text())
        self.assertIn("ExecPaths=/opt/mail/bin/smtpqd ", (units / "smtpqd@.service.d/10-common.conf").read_text())

    def test_the_library_may_have_a_folder_of_its_own(self):
        self.install("--prefix", "/usr", "--libdir", "/usr/lib/arch", "--binaries", binaries())
        self.assertIn("libdir=/usr/lib/arch\n", (self.root / "usr/lib/arch/pkgconfig/smtp_component.pc").read_text())
        dynamic = subprocess.run(
            ["readelf", "-d", self.root / "usr/lib/arch/libsmtp_component.so"], check=True, capture_output=True, text=True, timeout=60
        ).stdout
        self.assertIn("Library soname: [libsmtp_component.so.1]", dynamic)

    def test_the_manual_pages_have_every_command_and_option(self):
        result = subprocess.run(
            [PROJECT / "scripts" / "manual", "--check", binaries()], capture_output=True, text=True, timeout=60
        )
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_the_manual_pages_are_clean(self):
        pages = sorted((PROJECT / "etc" / "man").glob("*.[0-9]"))
        result = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", *pages], capture_output=True, text=True, timeout=60)
        self.assertEqual(result.stdout + result.stderr, "")

    def test_shells_take_the_completions(self):
        self.install("--prefix", "/usr", "--binaries", binaries())
        share = self.root / "usr/share"
        for program in PROGRAMS:
            subprocess.run(["bash", "-n", share / "bash-completion/completions" / program], check=True, timeout=60)

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
