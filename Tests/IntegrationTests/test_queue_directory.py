# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""What can happen to the queue directory and its watch while the daemon runs: it says so once, and goes on without a restart."""

import os
import shutil
import signal
import subprocess

from kit import messages
from kit.case import MailTestCase
from kit.mounts import mount, mount_memory, unmount
from kit.usage import Usage
from kit.waiting import wait_until

QUEUE_LIMIT = int(open("/proc/sys/fs/inotify/max_queued_events").read())
# Neither root nor anybody else.
USER = 64_321
# In a second at rest. A busy loop would have thousands of wake-ups, or a whole second of CPU time.
WAKEUPS, CPU = 100, 0.2


class QueueDirectories(MailTestCase):
    def setUp(self):
        super().setUp()
        self.mta = self.relay()
        self.smtpqd = self.daemon(self.mta.port)
        self.path = self.smtpqd.queue.path
        self.serial = 0

    def assert_serves(self, seconds=20):
        """A message that is dropped now arrives."""
        self.serial += 1
        self.smtpqd.queue.drop(messages.message(f"probe-{self.serial}"))
        self.wait_for(f"probe-{self.serial}", seconds)

    def wait_for(self, identifier, seconds=20):
        wait_until(
            lambda: any(each.header("X-Test") == identifier for each in self.mta.transactions), seconds,
            f"message {identifier}", describe=lambda: self.smtpqd.program.output()[-3000:],
        )

    def said(self, text):
        """How often the log says so."""
        return sum(text in each["msg"] for each in self.smtpqd.log())

    def wait_for_words(self, text, seconds=20):
        wait_until(
            lambda: self.said(text), seconds, f"{text!r} in the log", describe=lambda: self.smtpqd.program.output()[-3000:]
        )

    def assert_rests(self, seconds=6):
        """While it can do nothing it looks now and then, and does not spin."""
        wakeups, cpu = Usage(self.smtpqd.program.pid).during(seconds)
        self.assertLess(wakeups, WAKEUPS * seconds)
        self.assertLess(cpu, CPU * seconds)

    def assert_ends_well(self, received):
        """Each message arrived once, and the daemon ends in order."""
        self.smtpqd.wait_for_empty_queue()
        found = sorted(each.header("X-Test") for each in self.mta.transactions)
        self.assertEqual(found, sorted([*received, *(f"probe-{number + 1}" for number in range(self.serial))]))
        self.assertEqual(self.smtpqd.stop(), 0)

    # The watch

    def overflow(self):
        """Use up the events that inotify holds with names that mean nothing: what comes now is not reported."""
        queue = os.open(self.path, os.O_DIRECTORY)
        self.addCleanup(os.close, queue)
        os.close(os.open(".a", os.O_CREAT | os.O_WRONLY, dir_fd=queue))
        for _ in range(QUEUE_LIMIT // 4 + 1):
            os.rename(".a", ".b", src_dir_fd=queue, dst_dir_fd=queue)
            os.rename(".b", ".a", src_dir_fd=queue, dst_dir_fd=queue)

    def test_T28_more_changes_than_inotify_holds(self):
        self.smtpqd.start()
        self.assert_serves()
        self.smtpqd.program.freeze()
        self.overflow()
        self.smtpqd.queue.drop(messages.message("unreported"))
        self.smtpqd.program.signal(signal.SIGCONT)
        self.wait_for("unreported")
        self.assert_serves()
        self.assert_rests(2)
        self.assert_ends_well(["unreported"])

    def test_T28_no_watch_is_left(self):
        # A user namespace has limits of its own. It is entered later to raise them.
        limits = "/proc/sys/user/max_inotify_watches"
        self.smtpqd.program.arguments[:0] = ["unshare", "-U", "-r", "sh", "-c", f'echo 0 > {limits}; exec "$@"', "sh"]
        self.smtpqd.start()
        self.wait_for_words("new files are found by a scan")
        self.assert_serves()
        self.assert_rests()
        self.assert_serves()
        self.assertEqual(self.said("new files are found by a scan"), 1)
        subprocess.run(
            ["nsenter", "-U", "-t", str(self.smtpqd.program.pid), "sh", "-c", f"echo 100 > {limits}"], check=True
        )
        self.wait_for_words("is watched again")
        self.assert_serves(3)
        self.assert_ends_well([])

    # The directory

    def test_T28_the_directory_is_deleted_and_made_anew(self):
        self.smtpqd.start()
        self.assert_serves()
        shutil.rmtree(self.path)
        self.wait_for_words("delivery pauses")
        self.assert_rests()
        self.path.mkdir()
        self.smtpqd.queue.drop(messages.message("early"))
        self.wait_for("early")
        self.assert_serves()
        self.assert_said_once("delivery pauses", "delivery goes on", "is the queue from now on")
        wait_until(lambda: self.smtpqd.status()["pid"] == self.smtpqd.program.pid, 10, "a status in the new directory")
        self.assert_ends_well(["early"])

    def assert_said_once(self, *texts):
        for text in texts:
            self.assertEqual(self.said(text), 1, text)

    def test_T28_the_directory_is_replaced_and_comes_back_with_what_was_being_sent(self):
        self.mta.script.delay = 12.0
        self.smtpqd.start()
        first = self.smtpqd.queue.drop(messages.message("first"))
        wait_until(lambda: self.smtpqd.queue.states(first) == ["sending"], 10, "the message to be sent")
        away = self.path.with_name("away")
        self.path.rename(away)
        self.path.mkdir()
        self.wait_for_words("is the queue from now on")
        self.mta.script.delay = 0.0
        self.assert_serves()
        # Another process leaves something behind in the meantime, as a crash would.
        (away / "stranded.sending").write_bytes(messages.message("stranded"))
        shutil.rmtree(self.path)
        away.rename(self.path)
        self.wait_for("stranded")
        self.assertEqual([each["SMTPQ_ID"] for each in self.smtpqd.log("recovered")], ["stranded"])
        # What this process itself is still sending stays with it.
        self.wait_for("first", 30)
        self.assert_serves()
        self.assert_ends_well(["first", "stranded"])

    def test_T28_the_directory_is_mounted_over_and_unmounted(self):
        self.smtpqd.start()
        self.assert_serves()
        mount_memory(self, self.path)
        self.smtpqd.queue.drop(messages.message("mounted"))
        self.wait_for("mounted")
        self.assert_serves()
        unmount(self.path)
        self.smtpqd.queue.drop(messages.message("below"))
        self.wait_for("below")
        self.assert_serves()
        self.assertEqual(self.said("is the queue from now on"), 2)
        self.assert_ends_well(["mounted", "below"])

    def test_T26_the_file_system_is_read_only_for_a_while(self):
        mount_memory(self, self.path)
        self.smtpqd.start()
        self.assert_serves()
        wait_until(lambda: self.smtpqd.status()["active"] == 0, 10, "a status at rest")
        self.smtpqd.queue.drop(messages.message("waits"), ".later")
        self.mta.script.delay = 0.0
        hidden = self.path / ".later.queued"
        self.smtpqd.program.freeze()
        hidden.rename(self.path / "later.queued")
        mount("-o", "remount,ro", self.path)
        self.smtpqd.program.signal(signal.SIGCONT)
        self.wait_for_words("delivery pauses")
        self.assert_rests()
        self.assertTrue(self.smtpqd.program.is_running)
        self.assertEqual(len(self.mta.transactions), 1, "sent without being claimed")
        mount("-o", "remount,rw", self.path)
        self.wait_for("waits", 90)
        self.assert_serves()
        self.assert_said_once("delivery pauses", "delivery goes on")
        wait_until(lambda: "fault" not in self.smtpqd.status(), 10, "a status without a fault")
        self.assert_ends_well(["waits"])

    # Permissions

    def run_as_somebody(self):
        """The daemon runs as a user who owns the queue, and to whom permissions mean something."""
        self.smtpqd.program.arguments[:0] = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]
        os.chown(self.path, USER, USER)
        os.chown(self.smtpqd.configuration, USER, USER)

    def test_T28_the_directory_loses_its_permissions_and_gets_them_back(self):
        self.run_as_somebody()
        self.smtpqd.start()
        self.assert_serves()
        for mode in (0o000, 0o500, 0o300):
            with self.subTest(f"{mode:03o}"):
                self.path.chmod(mode)
                before, received = self.said("delivery pauses"), len(self.mta.transactions)
                self.smtpqd.queue.drop(messages.message(f"waits-{mode}"))
                # Without permission to list it the directory serves as long as its watch tells what is new.
                if mode == 0o300:
                    self.wait_for(f"waits-{mode}")
                else:
                    wait_until(lambda: self.said("delivery pauses") == before + 1, 20, "a pause")
                    self.assert_rests(3)
                    self.assertEqual(len(self.mta.transactions), received)
                self.path.chmod(0o755)
                self.wait_for(f"waits-{mode}", 60)
        wait_until(lambda: self.said("delivery goes on") == self.said("delivery pauses"), 30, "the end of each pause")
        self.assertEqual(self.said("left alone"), 0)
        self.assert_serves()
        self.assert_ends_well([f"waits-{mode}" for mode in (0o000, 0o500, 0o300)])

    def test_T28_a_file_loses_its_permissions_and_gets_them_back(self):
        self.run_as_somebody()
        for number in range(2):
            self.smtpqd.queue.drop(messages.message(f"closed-{number}"), f"closed-{number}")
            (self.path / f"closed-{number}.queued").chmod(0)
        self.smtpqd.start()
        self.smtpqd.wait_for_log("hostile", count=2)
        os.utime(self.path / "closed-0.queued")
        self.assert_serves()
        (self.path / "closed-0.queued").chmod(0o644)
        self.wait_for("closed-0")
        # The change of which no event tells is found by the next scan.
        self.smtpqd.program.freeze()
        self.overflow()
        (self.path / "closed-1.queued").chmod(0o644)
        self.smtpqd.program.signal(signal.SIGCONT)
        self.wait_for("closed-1")
        self.assertEqual(len(self.smtpqd.log("hostile")), 2, "told of more than once")
        self.assertEqual(self.said("its files are in order again"), 2)
        self.assert_ends_well(["closed-0", "closed-1"])

    def test_T26_a_file_at_fault_is_told_of_once_and_nothing_waits_for_it(self):
        # A mount point cannot be renamed: the system is busy, for this file alone.
        self.smtpqd.queue.drop(messages.message("stuck"), "stuck")
        stuck = self.path / "stuck.queued"
        mount("--bind", stuck, stuck)
        self.addCleanup(subprocess.run, ["umount", "-l", str(stuck)], stderr=subprocess.DEVNULL)
        self.smtpqd.start()
        self.wait_for_words("delivery pauses")
        self.assert_serves()
        for _ in range(4):
            os.utime(stuck)
            self.assert_serves(3)
        self.assert_said_once("delivery pauses", "delivery goes on", "stuck: waits")
        unmount(stuck)
        os.utime(stuck)
        self.wait_for("stuck")
        self.assert_said_once("stuck: its files are in order again")
        self.assert_ends_well(["stuck"])

    def test_T26_the_disk_is_full_for_answers_and_not_for_names(self):
        mount_memory(self, self.path, mebibytes=1)
        self.mta.script.delay = 3.0
        self.smtpqd.configure(keep=True)
        self.smtpqd.start()
        stems = [self.smtpqd.queue.drop(messages.message(f"kept-{number}")) for number in range(5)]
        wait_until(lambda: self.smtpqd.queue.counts()["sending"] == 5, 10, "the messages to be sent")
        filler = self.path / "filler"
        with open(filler, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"\0" * 4096)
            except OSError:
                pass
        self.wait_for_words("delivery pauses")
        # Renaming needs no space; but nothing new is begun before the answers are on record.
        self.mta.script.delay = 0.0
        os.rename(filler, self.path / "filler2")
        self.assert_rests()
        self.assertEqual(self.smtpqd.queue.counts()["sent"], 0)
        (self.path / "filler2").unlink()
        wait_until(lambda: self.smtpqd.queue.counts()["sent"] == 5, 90, "the receipts", describe=self.smtpqd.queue.counts)
        for stem in stems:
            self.assertEqual(self.smtpqd.queue.journal(stem, "recipient")[0]["outcome"], "delivered")
        self.assert_said_once("delivery pauses", "delivery goes on")
        self.assert_serves()
        self.assert_ends_well([f"kept-{number}" for number in range(5)])
