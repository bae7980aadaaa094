# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The life of the daemon: one owner, reload, stop, receipts, a wrong configuration."""

import subprocess

from kit import messages
from kit.case import MailTestCase
from kit.waiting import holds_for, wait_until


class DaemonLife(MailTestCase):
    def test_a_second_daemon_on_the_same_directory_is_refused(self):
        relay = self.relay()
        daemon = self.daemon(relay.port).start()
        second = subprocess.run(daemon.program.arguments, capture_output=True, text=True, timeout=20)
        self.assertNotEqual(second.returncode, 0)
        self.assertIn(str(daemon.queue.path), second.stderr)
        self.assertIn(str(daemon.program.pid), second.stderr, "does not say who holds it")
        daemon.queue.drop(messages.message("one"))
        self.assert_delivered(daemon, relay, "alice@example.net")
        self.assertEqual(daemon.stop(), 0)
        daemon.start()

    def test_a_good_reload_takes_the_new_relay_for_mail_already_queued(self):
        first, second = self.relay(greeting=b"421 4.3.2 closed\r\n"), self.relay()
        daemon = self.daemon(first.port).start()
        daemon.queue.drop(messages.message("one"))
        daemon.wait_for_log("relayDown")
        daemon.configure(port=second.port)
        daemon.reload()
        self.assert_delivered(daemon, second, "alice@example.net", seconds=10)
        self.assertEqual(first.transactions, [])

    def test_a_bad_reload_keeps_the_old_configuration_and_says_why(self):
        relay = self.relay()
        daemon = self.daemon(relay.port).start()
        good = daemon.configuration.read_text()
        daemon.configuration.write_text(good.replace("MailPort", "MailProt"))
        daemon.reload()
        daemon.program.wait_for_output("not reloaded")
        line = next(line for line in daemon.program.output().splitlines() if "not reloaded" in line)
        self.assertIn("MailProt", line)
        self.assertIn("MailPort", line, "does not name the nearest key")
        daemon.queue.drop(messages.message("one"))
        self.assert_delivered(daemon, relay, "alice@example.net")
        daemon.configuration.write_text(good)
        daemon.reload()
        daemon.program.wait_for_output("configuration reloaded")

    def test_a_wrong_configuration_stops_the_start(self):
        daemon = self.daemon(25)
        daemon.configuration.write_text(daemon.configuration.read_text() + 'Colour = "blue"\n')
        for arguments in ([], ["--check"]):
            result = subprocess.run([*daemon.program.arguments, *arguments], capture_output=True, text=True, timeout=20)
            self.assertEqual(result.returncode, 78)
            line = daemon.configuration.read_text().splitlines().index('Colour = "blue"') + 1
            self.assertRegex(result.stderr, rf"{daemon.configuration}:{line}:\d+")
            self.assertIn("Colour", result.stderr)
        daemon.configure()
        result = subprocess.run([*daemon.program.arguments, "--check"], capture_output=True, text=True, timeout=20)
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_a_password_that_others_can_read_is_refused(self):
        daemon = self.daemon(25, tls="starttls", login=("app", "sesame"))
        (daemon.folder / "password").chmod(0o644)
        result = subprocess.run([*daemon.program.arguments, "--check"], capture_output=True, text=True, timeout=20)
        self.assertEqual(result.returncode, 78)
        self.assertIn("password", result.stderr)
        self.assertNotIn("sesame", result.stderr)

    def test_keep_queue_leaves_a_sent_file_with_its_receipt(self):
        relay = self.relay()
        daemon = self.daemon(relay.port, keep=True).start()
        data = messages.message("kept")
        stem = daemon.queue.drop(data)
        wait_until(lambda: daemon.queue.states(stem) == ["sent"], 20, "the message to be sent")
        self.assertEqual((daemon.queue.path / f"{stem}.sent").read_bytes(), data)
        receipt = daemon.queue.journal(stem, "recipient")
        self.assertEqual([(each["to"], each["outcome"], each["code"]) for each in receipt], [("alice@example.net", "delivered", 250)])
        attempt = daemon.queue.journal(stem, "attempt")[0]
        self.assertEqual((attempt["n"], attempt["relay"]), (1, "primary"))
        self.assertIn(str(relay.port), attempt["peer"])

    def test_stop_finishes_the_transactions_in_flight_and_starts_none(self):
        relay = self.relay(delay=0.3)
        daemon = self.daemon(relay.port, connections=5).start()
        for number in range(200):
            daemon.queue.drop(messages.message(str(number)))
        wait_until(lambda: len(relay.transactions) >= 10, 20, "some messages")
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(daemon.queue.counts()["sending"], 0, "left half done")
        self.assertEqual(len(relay.transactions) + daemon.queue.counts()["queued"], 200, "lost or doubled")
        daemon.start()
        relay.script.delay = 0.0
        daemon.wait_for_empty_queue()
        self.assertEqual(len({each.header("X-Test") for each in relay.transactions}), 200)
        self.assertEqual(len(relay.transactions), 200)
        self.assertEqual(daemon.log("recovered"), [])

    def test_files_dropped_before_the_start_and_any_name_are_found(self):
        relay = self.relay()
        daemon = self.daemon(relay.port)
        longest = "x" * 200
        for stem in ("a", longest, "A-z_0.9+="):
            daemon.queue.drop(messages.message(stem), stem)
        daemon.start()
        daemon.wait_for_empty_queue()
        self.assertEqual({each.header("X-Test") for each in relay.transactions}, {"a", longest, "A-z_0.9+="})

    def test_T28_without_inotify_new_files_are_found_by_a_scan(self):
        relay = self.relay()
        daemon = self.daemon(relay.port)
        # A user namespace has a limit of its own.
        without = "echo 0 > /proc/sys/user/max_inotify_instances; exec \"$@\""
        daemon.program.arguments = ["unshare", "--user", "--map-root-user", "sh", "-c", without, "sh", *daemon.program.arguments]
        daemon.start()
        daemon.program.wait_for_output("found by a scan")
        daemon.queue.drop(messages.message("one"))
        self.assert_delivered(daemon, relay, "alice@example.net", seconds=20)

    def test_a_paused_queue_waits(self):
        relay = self.relay()
        daemon = self.daemon(relay.port).start()
        pause = daemon.queue.path / ".paused"
        pause.touch()
        daemon.wait_for_log("paused")
        daemon.queue.drop(messages.message("one"))
        self.assertTrue(holds_for(lambda: relay.transactions == [], 2))
        pause.unlink()
        self.assert_delivered(daemon, relay, "alice@example.net")

    def test_memory_does_not_grow_with_the_size_of_a_message(self):
        relay = self.relay(extensions=["PIPELINING", "8BITMIME", "SIZE"])
        daemon = self.daemon(relay.port, connections=2).start()
        daemon.queue.drop(messages.message("small"))
        daemon.wait_for_empty_queue()
        before = resident(daemon.program.pid)
        for number in range(4):
            daemon.queue.drop(messages.message(str(number), b"0123456789abcde\n" * (60 << 16)))
        daemon.wait_for_empty_queue(120)
        self.assertLess(resident(daemon.program.pid, "VmHWM") - before, 48 << 20)

    def test_secrets_stand_nowhere(self):
        relay = self.relay(users={"app": "another"})
        daemon = self.daemon(relay.port, login=("app", "open-sesame-77"), clear_text_login=True).start()
        daemon.queue.drop(messages.message("one", b"body-secret-88\n"))
        daemon.wait_for_log("relayDown")
        with open(f"/proc/{daemon.program.pid}/cmdline", "rb") as file:
            self.assertNotIn(b"sesame", file.read())
        self.assertNotIn("sesame", daemon.program.output())
        self.assertNotIn("body-secret", daemon.program.output())
        self.assertEqual(relay.logins[0], ("app", "open-sesame-77"))


def resident(pid, field="VmRSS"):
    """The resident size of a process in bytes."""
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) << 10 for line in status if line.startswith(field))
