# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The Debian packages on a machine that had Postfix: installed, upgraded, removed, purged, installed again."""

import os
import pathlib
import shutil
import subprocess
import unittest

from inside import system
from inside.system import CONFIGURATION, QUEUE, show, systemctl
from kit import messages
from kit.daemon import configuration
from kit.queue_directory import QueueDirectory
from kit.scripted_relay import ScriptedRelay
from kit.waiting import wait_until

PACKAGES = pathlib.Path(os.environ["SMTPQD_PACKAGES"])
FURTHER = "smtpqd@orders.service"
NEWER = pathlib.Path("/tmp/newer/smtpqd.deb")


def apt(*arguments):
    """Run apt-get without a network; return what it and the maintainer scripts say."""
    result = subprocess.run(
        ["apt-get", "-y", "-q", "-o", "Dpkg::Use-Pty=0", *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=120, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
    )
    if result.returncode != 0:
        raise AssertionError(f"apt-get {' '.join(map(str, arguments))}: {result.stdout}")
    return result.stdout


def package(name):
    return str(next(PACKAGES.glob(f"{name}_*.deb")))


def is_installed(name):
    return system.run("dpkg-query", "-W", "-f", "${db:Status-Status}", name, check=False).stdout == "installed"


def setUpModule():
    # What keeps an image from starting services while it is built.
    pathlib.Path("/usr/sbin/policy-rc.d").unlink(missing_ok=True)
    # An index of all manual pages, made anew with each installation.
    pathlib.Path("/var/lib/man-db/auto-update").unlink(missing_ok=True)
    # The same package with the next version number.
    tree = NEWER.parent / "tree"
    tree.parent.mkdir()
    system.run("dpkg-deb", "-R", package("smtpqd"), tree)
    control = tree / "DEBIAN" / "control"
    control.write_text(control.read_text().replace("Version: ", "Version: 1:", 1))
    system.run("dpkg-deb", "-Zgzip", "-z1", "-b", tree, NEWER)


class Package(unittest.TestCase):
    def setUp(self):
        self.addCleanup(shutil.rmtree, QUEUE, ignore_errors=True)
        self.addCleanup(system.run, "dpkg", "--purge", "libsmtp-component-dev", "libsmtp-component1", "smtpqd")
        self.queue = QueueDirectory(QUEUE)
        self.relay = ScriptedRelay().start()
        self.addCleanup(self.relay.stop)

    def configure(self, path=CONFIGURATION, **settings):
        path.parent.mkdir(parents=True, exist_ok=True)
        relay = {"Name": "primary", "MailServer": "127.0.0.1", "MailPort": self.relay.port, "TLS": "none"}
        path.write_text(configuration(settings, [relay], []))

    def start_further_queue(self):
        folder = CONFIGURATION.parent / "orders"
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        self.addCleanup(shutil.rmtree, "/var/spool/smtpq-orders", ignore_errors=True)
        self.configure(folder / "smtpqd.toml", QueueDir="/var/spool/smtpq-orders")
        systemctl("start", FURTHER)

    def assert_delivered(self, stem, seconds=20):
        wait_until(
            lambda: not self.queue.states(stem), seconds, f"{stem} to be delivered", describe=system.journal_text
        )

    def test_a_fresh_one_takes_the_place_of_postfix_and_says_what_to_do(self):
        said = apt("install", package("smtpqd"))
        self.assertFalse(is_installed("postfix"))
        self.assertIn("there is no relay yet", said)
        self.assertIn("systemctl start smtpqd", said)
        self.assertEqual(systemctl("list-units", "--failed", "--plain", "--no-legend", "smtpqd*"), "")
        self.assertEqual(systemctl("is-enabled", "smtpqd.service").strip(), "enabled")
        self.assertEqual(systemctl("is-enabled", "smtpqd.path", check=False).strip(), "disabled")
        self.assertEqual(show("ActiveState"), "inactive")
        facts = system.run("stat", "-c", "%a %U:%G", QUEUE, CONFIGURATION).stdout
        self.assertEqual(facts, "3730 smtpq:smtpq\n640 root:smtpq\n")
        for name in ("/usr/sbin/sendmail", "/usr/lib/sendmail", "/usr/bin/mailq", "/usr/bin/newaliases"):
            self.assertEqual(os.path.realpath(name), "/usr/bin/smtpq")
        files = system.run("dpkg", "-L", "smtpqd").stdout
        for page in ("smtpq.1", "sendmail.1", "mailq.1", "newaliases.1", "smtpq-queue.5", "smtpqd.8"):
            self.assertIn(f"/usr/share/man/man{page[-1]}/{page}.gz\n", files)

        # Started without a relay, it says what is missing.
        systemctl("start", "smtpqd.service", check=False)
        self.assertIn("no [[Relay]] section: add one", system.journal_text())
        self.configure()
        systemctl("start", "smtpqd.service")
        self.queue.drop(messages.message("first"), "first")
        self.assert_delivered("first")

    def test_an_upgrade_with_a_full_queue_loses_nothing_and_keeps_the_configuration(self):
        self.configure()
        apt("install", "-o", "Dpkg::Options::=--force-confold", package("smtpqd"))
        self.assertEqual(show("ActiveState"), "active", "it is configured, and not started")
        self.start_further_queue()
        pids = show("MainPID"), show("MainPID", FURTHER)

        self.relay.script.delay = 0.05
        for number in range(1000):
            self.queue.drop(messages.message(number, recipients=[f"r{number}@example.net"]), f"m{number}")
        wait_until(lambda: len(self.relay.transactions) >= 20, 30, "mail to flow", describe=system.journal_text)
        text = CONFIGURATION.read_text()
        apt("install", str(NEWER))
        self.relay.script.delay = 0
        wait_until(lambda: not self.queue.waiting, 60, "the queue to be empty", describe=system.journal_text)
        self.assertEqual(len(self.relay.transactions), 1000)
        self.assertEqual(len({each.recipients[0] for each in self.relay.transactions}), 1000)
        self.assertEqual(CONFIGURATION.read_text(), text)
        for unit, pid in zip(("smtpqd.service", FURTHER), pids):
            self.assertEqual(show("ActiveState", unit), "active")
            self.assertNotEqual(show("MainPID", unit), pid)

    def test_a_removal_keeps_mail_and_configuration_for_the_next_installation(self):
        self.configure()
        apt("install", "-o", "Dpkg::Options::=--force-confold", package("smtpqd"))
        systemctl("enable", "--now", "smtpqd.path")
        self.start_further_queue()
        self.relay.stop()
        self.queue.drop(messages.message("waits"), "waits")
        apt("remove", "smtpqd")
        for unit in ("smtpqd.service", "smtpqd.path", FURTHER):
            self.assertEqual(show("ActiveState", unit), "inactive", unit)
        self.assertEqual(self.queue.states("waits"), ["queued"])
        self.assertTrue(CONFIGURATION.exists())
        relay = ScriptedRelay(port=self.relay.port).start()
        self.addCleanup(relay.stop)
        apt("install", package("smtpqd"))
        self.assertEqual(show("ActiveState"), "active")
        self.assert_delivered("waits")

    def test_a_purge_never_deletes_mail(self):
        apt("install", package("smtpqd"))
        self.queue.drop(messages.message("waits"), "waits")
        said = apt("purge", "smtpqd")
        self.assertIn("there is mail in /var/spool/smtpq, so it stays", said)
        self.assertEqual(self.queue.states("waits"), ["queued"])
        self.assertFalse(CONFIGURATION.parent.exists())
        self.assertEqual(system.run("systemctl", "is-enabled", "smtpqd.service", check=False).returncode, 1)

        apt("install", package("smtpqd"))
        (QUEUE / "waits.queued").unlink()
        (QUEUE / ".paused").touch()
        apt("purge", "smtpqd")
        self.assertFalse(QUEUE.exists())

    def test_a_program_is_compiled_against_the_library_and_runs_with_it_alone(self):
        apt("install", package("libsmtp-component1"), package("libsmtp-component-dev"))
        source = pathlib.Path("/tmp/program.c")
        source.write_text(
            "#include <smtp_component.h>\n"
            "int main(void) { smtp_component_handle handle = smtp_component_open(); return handle ? smtp_component_close(handle), 0 : 1; }\n"
        )
        flags = system.run("pkg-config", "--cflags", "--libs", "smtp_component").stdout.split()
        system.run("gcc", "-Wall", "-Werror", source, "-o", "/tmp/program", *flags)
        apt("remove", "libsmtp-component-dev")
        system.run("/tmp/program")


if __name__ == "__main__":
    unittest.main()
