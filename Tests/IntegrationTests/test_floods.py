# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Very many files at once: memory, descriptors and threads stay bounded, and all of them are dealt with."""

import os
import random
import time

from kit import messages
from kit.binaries import binaries
from kit.case import MailTestCase
from kit.mounts import mount_memory
from kit.sink import Sink
from kit.usage import Usage
from kit.waiting import wait_until

# A debug build takes ten times as long.
FILES = 100_000 if binaries().resolve().name == "release" else 10_000
# Messages in hand keep their files open: fewer than a process may have unless it asks for more.
MEMORY, DESCRIPTORS, THREADS = 96 << 20, 800, 32


class Floods(MailTestCase):
    def setUp(self):
        super().setUp()
        self.sink = Sink(self.workspace.path)
        self.addCleanup(self.sink.stop)
        self.smtpqd = self.daemon(self.sink.port)
        mount_memory(self, self.smtpqd.queue.path, mebibytes=1024)

    def stage(self, data):
        """Write the file of each stem under a name that means nothing."""
        for stem, content in data.items():
            with open(self.smtpqd.queue.path / f".{stem}", "wb") as file:
                file.write(content)

    def flood(self, stems):
        """Start, let all files appear, and wait until each is dealt with; watch what the daemon takes meanwhile."""
        began = time.monotonic()
        self.smtpqd.start()
        usage = Usage(self.smtpqd.program.pid)
        queue = os.open(self.smtpqd.queue.path, os.O_DIRECTORY)
        self.addCleanup(os.close, queue)
        for stem in stems:
            os.rename(f".{stem}", f"{stem}.queued", src_dir_fd=queue, dst_dir_fd=queue)
        descriptors, threads = [], []

        def is_done():
            descriptors.append(usage.descriptors)
            threads.append(usage.threads)
            return self.smtpqd.queue.waiting == 0

        wait_until(is_done, 240, "an empty queue", every=0.25, describe=lambda: f"{self.smtpqd.queue.counts()}")
        taken = usage.peak_memory, max(descriptors), max(threads)
        print(
            f"\n  {len(stems)} files in {time.monotonic() - began:.1f} s: {taken[0] >> 20} MiB, {taken[1]} descriptors,"
            f" {taken[2]} threads at most", flush=True,
        )
        self.assertLess(taken[0], MEMORY)
        self.assertLess(taken[1], DESCRIPTORS)
        self.assertLess(taken[2], THREADS)

    def test_T22_100000_messages_at_once(self):
        stems = [f"{number:06}" for number in range(FILES)]
        self.stage({stem: messages.message(stem) for stem in stems})
        self.flood(stems)
        wait_until(lambda: self.sink.count() == FILES, 20, "all messages", describe=self.sink.count)
        self.assertEqual(self.smtpqd.queue.counts()["failed"], 0)
        self.assertEqual(self.smtpqd.stop(), 0)

    def test_T19_100000_files_that_are_no_messages(self):
        source = random.Random(19)
        stems = [f"{number:06}" for number in range(FILES)]
        self.stage({stem: source.randbytes(64) if number % 10 == 0 else b"" for number, stem in enumerate(stems)})
        self.flood(stems)
        self.assertEqual(self.smtpqd.queue.counts()["failed"], FILES)
        self.smtpqd.queue.drop(messages.message("honest"))
        wait_until(lambda: self.sink.count() == 1, 20, "the honest message")
        self.assertEqual(self.smtpqd.stop(), 0)
