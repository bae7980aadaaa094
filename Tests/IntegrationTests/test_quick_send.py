# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""smtpq as it is installed: a small program that does a plain send itself, and hands everything else over."""

import re
import shutil
import subprocess

from kit.binaries import binaries
from kit.case import MailTestCase

MESSAGE = b"From: App <app@app.example>\nTo: alice@example.net\nBcc: bob@example.org\nSubject: x\n\nbody\n"
USAGE, BAD_MESSAGE, UNAVAILABLE, CANNOT_CREATE, WRONG_CONFIGURATION = 64, 65, 69, 73, 78


class QuickSend(MailTestCase):
    def setUp(self):
        super().setUp()
        self.queue = self.daemon(1).queue
        self.path = str(self.queue.path)

    def run_program(self, *arguments, data=MESSAGE, folder=None, wrapper=(), **environment):
        return subprocess.run(
            [*wrapper, (folder or binaries()) / "smtpq-send", *arguments], input=data, capture_output=True, timeout=20, check=False,
            env={"PATH": "/usr/bin:/bin", **environment},
        )

    def text(self, result):
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        return (self.queue.path / f"{result.stdout.decode().strip()}.queued").read_bytes()

    def test_a_plain_send_leaves_the_file_that_the_full_program_leaves(self):
        for arguments in (["-f", "app@app.example", "alice@example.net"], ["-t"], ["-t", "-f", "App <a@b.example>"]):
            with self.subTest(arguments):
                quick = self.run_program("send", *arguments, "--queue-dir", self.path)
                full = subprocess.run(
                    [binaries() / "smtpq", "send", *arguments, "--queue-dir", self.path], input=MESSAGE, capture_output=True, check=True
                )
                self.assertEqual(self.text(quick), self.text(full))

    def test_everything_else_is_handed_over(self):
        stem = self.run_program("send", "-t", SMTPQ_QUEUEDIR=self.path).stdout.strip()
        self.assertIn(stem, self.run_program("list", SMTPQ_QUEUEDIR=self.path).stdout)
        composed = self.run_program("send", "--to", "a@b.example", "--subject", "s", "--text", "t", SMTPQ_QUEUEDIR=self.path)
        self.assertIn(b"Subject: s", self.text(composed))
        for arguments, status in (
            (["send", "--colour"], USAGE), (["sned"], USAGE), (["send", "-t", "a@b.example"], USAGE), (["send", "-f", "x", "a@b.example"], BAD_MESSAGE),
        ):
            result = self.run_program(*arguments, SMTPQ_QUEUEDIR=self.path)
            self.assertEqual(result.returncode, status, result.stderr)
            self.assertTrue(result.stderr.startswith(b"smtpq: "), result.stderr)
        missing = self.run_program("send", "-t", SMTPQ_QUEUEDIR=self.path + "/nothing")
        self.assertEqual(missing.returncode, CANNOT_CREATE)

    def test_a_message_that_is_none_is_refused_and_leaves_nothing(self):
        result = self.run_program("send", "-t", data=b"Subject: nobody\n\nx\n", SMTPQ_QUEUEDIR=self.path)
        self.assertEqual(result.returncode, BAD_MESSAGE)
        self.assertIn(b"no recipient", result.stderr)
        self.assertEqual(list(self.queue.path.iterdir()), [])

    def test_the_queue_of_the_configuration_is_used(self):
        configuration = self.workspace.path / "smtpqd.toml"
        configuration.write_text(f'QueueDir = "{self.path}"\n[[Relay]]\nMailServer = "relay.example"\n')
        configuration.chmod(0o600)
        self.text(self.run_program("send", "-t", SMTPQ_CONFIG=str(configuration)))
        configuration.write_text(f'QueueDir = "{self.path}"\n')
        self.assertEqual(self.run_program("send", "-t", SMTPQ_CONFIG=str(configuration)).returncode, WRONG_CONFIGURATION)

    def test_without_the_full_program_a_plain_send_works_and_the_rest_is_told(self):
        folder = self.workspace.folder("alone")
        shutil.copy(binaries() / "smtpq-send", folder)
        self.text(self.run_program("send", "-t", folder=folder, SMTPQ_QUEUEDIR=self.path))
        result = self.run_program("list", folder=folder, SMTPQ_QUEUEDIR=self.path)
        self.assertEqual(result.returncode, UNAVAILABLE)
        self.assertIn(b"/libexec/smtpqd/smtpq: No such file", result.stderr)

    def test_a_message_costs_one_sync_of_the_file_and_one_of_the_directory(self):
        log = self.workspace.path / "strace"
        strace = ("strace", "-f", "-o", log, "-e", "trace=fsync,fdatasync,sync,syncfs,execve,openat")
        self.text(self.run_program("send", "-t", wrapper=strace, SMTPQ_QUEUEDIR=self.path))
        calls = re.findall(r"\b(\w*sync\w*|execve)\(", log.read_text())
        self.assertEqual(calls, ["execve", "fdatasync", "fsync"])
        self.assertNotIn(".so", log.read_text(), "no library is loaded")
