# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The installed unit under a real systemd."""

import os
import pathlib
import shutil
import signal
import stat
import unittest

from inside import system
from inside.system import CONFIGURATION, DROP_IN, QUEUE, journal, show, systemctl, wait_for_status
from kit import messages
from kit.daemon import smtpq
from kit.certificates import Authority
from kit.event_kinds import KINDS
from kit.metrics import scrape
from kit.queue_directory import QueueDirectory
from kit.scripted_relay import ScriptedRelay
from kit.waiting import wait_until
from kit.workspace import free_port

PASSWORD = "from-the-credential"
TLS = pathlib.Path("/etc/smtpqd/tls")
CREDENTIAL = pathlib.Path("/etc/credstore/smtpqd.relay-password")
# Capability 28: asks whether a queue file is still open for writing. It has no other.
CAP_LEASE = 1 << 28


def setUpModule():
    system.install()
    TLS.mkdir(mode=0o755)


class InstalledUnit(unittest.TestCase):
    def setUp(self):
        if not hasattr(InstalledUnit, "authority"):
            InstalledUnit.authority = Authority(TLS)
            InstalledUnit.certificate = self.authority.issue("relay")
            os.chmod(self.authority.certificate, 0o644)
        self.relay = ScriptedRelay(tls=self.certificate, users={"app": PASSWORD}).start()
        self.addCleanup(self.relay.stop)
        self.queue = QueueDirectory(QUEUE)
        self.credential(PASSWORD)
        self.configure(self.relay.port)
        systemctl("reset-failed", "smtpqd.service", check=False)
        self.addCleanup(systemctl, "stop", "smtpqd.service", check=False)

    def configure(self, port):
        CONFIGURATION.write_text(
            f'[[Relay]]\nName = "primary"\nMailServer = "localhost"\nMailPort = {port}\nTLS = "starttls"\n'
            f'TLSCAFile = "{self.authority.certificate}"\n'
            'User = "app"\nPasswordCredential = "relay-password"\n'
        )

    def credential(self, password):
        CREDENTIAL.parent.mkdir(mode=0o700, exist_ok=True)
        CREDENTIAL.write_text(password + "\n")
        CREDENTIAL.chmod(0o600)

    def drop_in(self, text):
        DROP_IN.parent.mkdir(exist_ok=True)
        previous = DROP_IN.read_text() if DROP_IN.exists() else "[Service]\n"
        if text not in previous:
            DROP_IN.write_text(previous + text)
        systemctl("daemon-reload")

    def assert_delivered(self, stem, seconds=20):
        wait_until(
            lambda: not self.queue.states(stem), seconds, f"{stem} to be delivered", describe=system.journal_text
        )

    # Starting and stopping

    def test_it_starts_is_ready_and_shows_its_status(self):
        systemctl("start", "smtpqd.service")
        self.assertEqual(show("ActiveState"), "active")
        self.assertEqual(show("Type"), "notify")
        status = wait_for_status("relay primary ok")
        self.assertRegex(status, r"^delivering: 0 active, 0 queued, relay primary ok$")
        self.assertIn(f'Status: "{status}"', systemctl("status", "smtpqd.service"))

    def test_it_runs_as_its_own_user_with_one_capability(self):
        systemctl("start", "smtpqd.service")
        process = pathlib.Path("/proc", show("MainPID"), "status").read_text()
        fields = dict(line.split(":\t", 1) for line in process.splitlines() if ":\t" in line)
        self.assertNotEqual(fields["Uid"].split()[0], "0")
        self.assertEqual(int(fields["CapBnd"], 16), CAP_LEASE)
        self.assertEqual(fields["NoNewPrivs"], "1")
        self.assertEqual(fields["Seccomp"], "2")

    def test_the_status_tells_the_truth_about_a_relay_that_is_down(self):
        self.relay.stop()
        systemctl("start", "smtpqd.service")
        self.queue.drop(messages.message("one"), "waiting")
        status = wait_for_status("relay primary open")
        self.assertRegex(status, r"0 active, 1 queued")
        relay = ScriptedRelay(port=self.relay.port, tls=self.certificate, users={"app": PASSWORD}).start()
        self.addCleanup(relay.stop)
        self.assert_delivered("waiting", 60)
        wait_for_status("relay primary ok")

    def test_stop_and_restart_are_orderly(self):
        systemctl("start", "smtpqd.service")
        first = show("MainPID")
        systemctl("restart", "smtpqd.service")
        self.assertNotEqual(show("MainPID"), first)
        self.queue.drop(messages.message("one"), "after-restart")
        self.assert_delivered("after-restart")
        systemctl("stop", "smtpqd.service")
        self.assertEqual((show("ActiveState"), show("Result"), show("ExecMainStatus")), ("inactive", "success", "0"))
        self.queue.drop(messages.message("two"), "while-stopped")
        systemctl("start", "smtpqd.service")
        self.assert_delivered("while-stopped")

    def test_reload_takes_a_good_configuration_and_refuses_a_bad_one(self):
        systemctl("start", "smtpqd.service")
        pid = show("MainPID")
        other = ScriptedRelay(tls=self.certificate, users={"app": PASSWORD}).start()
        self.addCleanup(other.stop)
        self.configure(other.port)
        systemctl("reload", "smtpqd.service")
        wait_until(lambda: "configuration reloaded" in system.journal_text(), 20, "the reload")
        self.queue.drop(messages.message("one"), "reloaded")
        self.assert_delivered("reloaded")
        self.assertEqual(len(other.transactions), 1)

        CONFIGURATION.write_text("MailSever = 1\n")
        systemctl("reload", "smtpqd.service")
        wait_until(lambda: "not reloaded" in system.journal_text(), 20, "the refusal")
        self.queue.drop(messages.message("two"), "still-the-old")
        self.assert_delivered("still-the-old")
        self.assertEqual(len(other.transactions), 2)
        self.assertEqual((show("MainPID"), show("ActiveState")), (pid, "active"))

    def test_metrics_get_out_of_the_sandbox(self):
        port, folder = free_port(), pathlib.Path("/var/lib/textfile")
        folder.mkdir()
        shutil.chown(folder, "smtpq")
        added = CONFIGURATION.parent / "conf.d" / "metrics.toml"
        added.write_text(f'MetricsListen = "127.0.0.1:{port}"\nMetricsFile = "{folder}/smtpqd.prom"\nMetricsInterval = 1\n')
        self.addCleanup(added.unlink)
        self.drop_in(f"ReadWritePaths={folder}\n")
        systemctl("start", "smtpqd.service")
        wait_for_status("relay primary ok")
        wait_until(lambda: "the metrics are at" in system.journal_text(), 20, "the listener", describe=system.journal_text)
        self.assertEqual(scrape(port).value("smtpqd_relay_state", relay="primary", state="ok"), 1)
        file = folder / "smtpqd.prom"
        wait_until(file.exists, 20, "the file", describe=system.journal_text)
        # node_exporter is another user, and the unit's umask is 0077.
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o644)

    def test_the_watchdog_restarts_a_stopped_process(self):
        self.assertNotEqual(show("WatchdogUSec"), "0", "the unit has no watchdog")
        self.drop_in("WatchdogSec=2s\nRestartSec=100ms\n")
        systemctl("start", "smtpqd.service")
        pid, restarts = show("MainPID"), int(show("NRestarts"))
        os.kill(int(pid), signal.SIGSTOP)
        wait_until(lambda: int(show("NRestarts")) > restarts, 30, "a restart", describe=system.journal_text)
        wait_until(lambda: show("ActiveState") == "active" and show("MainPID") not in ("0", pid), 20, "a new process")
        self.queue.drop(messages.message("one"), "after-the-watchdog")
        self.assert_delivered("after-the-watchdog")

    # Credentials and the journal

    def test_the_password_comes_from_a_credential(self):
        systemctl("start", "smtpqd.service")
        self.queue.drop(messages.message("one"), "with-login")
        self.assert_delivered("with-login")
        self.assertEqual(self.relay.logins[-1], ("app", PASSWORD))
        self.assertNotIn(PASSWORD, system.run("journalctl", "-b", "--no-pager", "--all", "-o", "json").stdout)

    def test_the_journal_has_a_field_for_each_fact(self):
        systemctl("start", "smtpqd.service")
        self.queue.drop(messages.message("one", sender="bounces@app.example"), "logged")
        self.assert_delivered("logged")
        entries = wait_until(lambda: journal("-t", "smtpqd", "SMTPQ_ID=logged"), 10, "entries of the message")
        delivered = next(each for each in entries if each.get("MESSAGE_ID") == KINDS["delivered"])
        expected = {
            "SMTPQ_ID": "logged", "SMTPQ_RECIPIENT": "alice@example.net", "SMTPQ_RELAY": "primary",
            "SMTPQ_OUTCOME": "delivered", "SMTPQ_CODE": "250", "SMTPQ_STATUS": "2.0.0", "SMTPQ_REPLY": "ok",
            "SMTPQ_ATTEMPT": "1", "SMTPQ_TLS": "TLSv1.3", "PRIORITY": "6", "_SYSTEMD_UNIT": "smtpqd.service",
        }
        self.assertEqual({name: delivered.get(name) for name in expected}, expected)
        self.assertIn("bounces@app.example", delivered["SMTPQ_SENDER"])
        self.assertRegex(delivered["SMTPQ_PEER"], rf"^(127\.0\.0\.1|\[::1\]):{self.relay.port}$")
        for number in ("SMTPQ_DELAY_MS", "SMTPQ_SIZE"):
            self.assertRegex(delivered[number], r"^\d+$")

    def test_the_catalog_explains_the_events(self):
        catalog = system.run("journalctl", "--dump-catalog", *KINDS.values()).stdout
        for identifier in KINDS.values():
            self.assertIn(identifier, catalog)

    # Applications

    def test_an_application_unit_enqueues_with_plain_file_operations(self):
        systemctl("start", "smtpqd.service")
        result = system.as_application(
            f"cd {QUEUE} && printf 'From: app@app.example\\nTo: alice@example.net\\n\\nfrom a unit\\n' > .app"
            " && mv .app app.queued && id -u"
        )
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertGreater(int(result.stdout), 60000, "not a user made up by systemd")
        self.assert_delivered("app")
        self.assertIn(b"from a unit", self.relay.transactions[-1].content)

    def test_an_application_unit_enqueues_with_smtpq(self):
        systemctl("start", "smtpqd.service")
        result = system.as_application(
            "printf 'Subject: x\\n\\nby smtpq\\n' | smtpq send -f app@app.example alice@example.net"
        )
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assert_delivered(result.stdout.strip())
        self.assertIn(b"by smtpq", self.relay.transactions[-1].content)

    def test_an_application_unit_can_neither_list_nor_read_nor_take_the_mail_of_others(self):
        stem = smtpq("send", "-f", "a@app.example", "b@example.net", data=b"Subject: x\n\nprivate\n").stdout.strip()
        file = QUEUE / f"{stem}.queued"
        for script in (
            f"ls {QUEUE}", f"cat {file}", f"rm -f {file}", f"mv {file} {QUEUE}/.taken", f"mv {file} {QUEUE}/{stem}.held",
            f"printf x >> {file}", f"ln {file} {QUEUE}/link.queued", "smtpq list", f"smtpq show {stem}", f"smtpq hold {stem}",
            f"smtpq delete {stem}",
        ):
            with self.subTest(script):
                result = system.as_application(script)
                self.assertNotEqual(result.returncode, 0, result.stdout)
                self.assertNotIn("private", result.stdout)
                self.assertNotIn(stem, result.stdout)
        self.assertTrue(file.exists())
        systemctl("start", "smtpqd.service")
        self.assert_delivered(stem)

    def test_a_user_outside_the_group_can_do_nothing(self):
        result = system.run("runuser", "-u", "nobody", "--", "sh", "-c", f": > {QUEUE}/x.queued", check=False)
        self.assertNotEqual(result.returncode, 0)
        refused = system.run(
            "runuser", "-u", "nobody", "--", "smtpq", "send", "-f", "a@b.example", "c@d.example", check=False, data="x: y\n\n"
        )
        self.assertEqual(refused.returncode, 77)
        self.assertIn("smtpq", refused.stderr)

    # What is installed

    def test_the_queue_directory_has_its_mode_and_owner(self):
        facts = QUEUE.stat()
        self.assertEqual(stat.S_IMODE(facts.st_mode), 0o3730)
        self.assertEqual((QUEUE.owner(), QUEUE.group()), ("smtpq", "smtpq"))

    def test_T4_nothing_installed_is_setuid_or_setgid(self):
        for name in ("smtpqd", "smtpq"):
            found = system.run("sh", "-c", f"command -v {name}").stdout.strip()
            self.assertEqual(stat.S_IMODE(os.stat(found).st_mode) & 0o6000, 0)
        self.assertTrue(show("FragmentPath").endswith("smtpqd.service"))


if __name__ == "__main__":
    unittest.main()
