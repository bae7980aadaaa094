# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Many messages, large ones, and messages for many recipients, through smtpq and smtpqd: whole, and in bounded memory."""

import os
import pty
import re
import signal
import subprocess

from kit.binaries import binaries
from kit.case import MailTestCase
from kit.processes import Program
from kit.waiting import wait_until
from kit.workspace import free_port, is_listening

BAD_MESSAGE, TRY_AGAIN = 65, 75
MIB = 1 << 20
# Of any program, whatever the size of a message.
LIMIT = 96 * MIB
# An mbox of this many messages is several groups.
COUNT = 600


def message(number, recipient="alice@example.net"):
    return b"From: app@app.example\nTo: %s\nX-Test: %d\n\nFrom me\n>From you\n" % (recipient.encode(), number)


def mailbox(messages):
    quoted = (re.sub(rb"^(>*From )", rb">\1", each, flags=re.MULTILINE) for each in messages)
    return b"".join(b"From app@app.example Tue Nov 24 04:10:03 2026\n" + each + b"\n" for each in quoted)


class Batch(MailTestCase):
    def setUp(self):
        super().setUp()
        self.mta = self.relay()
        self.smtpqd = self.daemon(self.mta.port)
        self.smtpq, self.queue = self.smtpqd.smtpq, self.smtpqd.queue

    def contents(self, stems):
        texts = ((self.queue.path / f"{stem}.queued").read_bytes() for stem in stems)
        return [text.partition(b"\n\n")[2] for text in texts]

    def test_an_mbox_is_enqueued_in_its_order_whole_and_unquoted(self):
        sent = [message(number) for number in range(COUNT)]
        stems = self.smtpq("send", "--batch", "-t", data=mailbox(sent)).stdout.split()
        self.assertEqual(self.contents(stems), sent)
        self.assertEqual(len(list(self.queue.path.iterdir())), COUNT)

    def test_a_bad_message_is_named_and_does_not_stop_the_others(self):
        messages = [message(0), b"Subject: nobody\n\nx\n", message(2)]
        result = self.smtpq("send", "--batch", "-t", data=mailbox(messages), check=False)
        self.assertEqual(result.returncode, BAD_MESSAGE)
        self.assertEqual(self.contents(result.stdout.split()), [messages[0], messages[2]])
        first, last = result.stderr.splitlines()
        self.assertRegex(first, r"^smtpq: message 2, line 9 of standard input: no recipient")
        self.assertEqual(last, "smtpq: 1 of 3 messages were refused, 2 messages are enqueued")

    def test_files_come_from_a_folder_or_a_list_with_any_names(self):
        folder = self.workspace.folder("mail")
        names = [b"a.eml", b"b\nc.eml", b"\xff.eml"]
        for number, name in enumerate(names):
            with open(os.path.join(os.fsencode(folder), name), "wb") as file:
                file.write(message(number))
        everything = sorted(message(number) for number in range(3))
        of_folder = self.smtpq("send", "--batch", "-t", folder).stdout.split()
        self.assertEqual(sorted(self.contents(of_folder)), everything)
        listed = b"\0".join(os.path.join(os.fsencode(folder), name) for name in names)
        of_list = self.smtpq("send", "--batch", "-0", "-t", data=listed).stdout.split()
        self.assertEqual(self.contents(of_list), [message(number) for number in range(3)])

    def test_what_was_written_is_durable_while_more_is_awaited(self):
        arguments = ["send", "--batch", "-t", "--queue-dir", self.queue.path]
        process = subprocess.Popen(
            [binaries() / "smtpq", *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        process.stdin.write(mailbox([message(0), message(1)]))
        process.stdin.flush()
        first = process.stdout.readline().decode().strip()
        self.assertEqual(self.contents([first]), [message(0)])
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=20)
        self.assertEqual((process.returncode, output), (TRY_AGAIN, b""))
        self.assertEqual(errors, b"smtpq: stopped behind 1 message is enqueued: interrupted\n")
        self.assertEqual([each.name for each in self.queue.path.iterdir()], [f"{first}.queued"])

    def test_a_batch_with_a_key_may_be_repeated_whole(self):
        data = mailbox([message(number) for number in range(3)])
        first = self.smtpq("send", "--batch", "-t", "--key", "news", data=data)
        again = self.smtpq("send", "--batch", "-t", "--key", "news", data=data)
        self.assertEqual(first.stdout, again.stdout)
        self.assertEqual(again.stderr.count("under this key before"), 3)
        self.assertEqual(len(self.queue.stems("queued")), 3)

    def test_a_terminal_sees_progress_and_with_NO_COLOR_none(self):
        path = self.workspace.path / "mbox"
        path.write_bytes(mailbox([message(number) for number in range(3)]))
        for environment, is_shown in (({}, True), ({"NO_COLOR": "1"}, False)):
            ours, theirs = pty.openpty()
            command = [binaries() / "smtpq", "send", "--batch", "-t", "--queue-dir", self.queue.path, path]
            subprocess.run(
                list(map(str, command)), stdout=subprocess.DEVNULL, stderr=theirs, check=True, timeout=20,
                env={**os.environ, "TERM": "xterm", **environment},
            )
            os.close(theirs)
            try:
                shown = os.read(ours, 10_000)
            except OSError:
                shown = b""
            os.close(ours)
            self.assertEqual(b"] 100 %, 3 messages" in shown, is_shown, shown)


class Size(MailTestCase):
    """What one message may be: its memory must not grow with it."""

    def setUp(self):
        super().setUp()
        port = free_port()
        self.sink = Program([binaries() / "smtpq", "sink", "--port", str(port)], self.workspace.path / "sink.log").start()
        self.addCleanup(self.sink.stop)
        wait_until(lambda: is_listening(port), 10, "the sink")
        self.smtpqd = self.daemon(port, max_size="2GiB")
        self.queue = self.smtpqd.queue

    def smtpq(self, *arguments, data=None):
        """Run smtpq with input in pieces; return its output. Its memory is bounded."""
        command = [binaries() / "smtpq", *arguments]
        with open(self.workspace.path / "output", "w+b") as output:
            process = subprocess.Popen(list(map(str, command)), stdin=subprocess.PIPE, stdout=output)
            for piece in data or []:
                process.stdin.write(piece)
            process.stdin.close()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            self.assertEqual(process.returncode, 0)
            self.assertLess(usage.ru_maxrss * 1024, LIMIT, f"memory of {arguments}")
            output.seek(0)
            # What this process holds counts for those that it starts.
            return output.read(MIB)

    def deliver(self, seconds):
        """Deliver what waits, to a sink; neither needs much memory."""
        self.smtpqd.start()
        self.smtpqd.wait_for_empty_queue(seconds)
        for program in (self.smtpqd.program, self.sink):
            with open(f"/proc/{program.pid}/status") as file:
                peak = next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM:"))
            self.assertLess(peak, LIMIT, f"memory of {program.arguments}")

    def test_a_message_of_one_gibibyte_is_sent_listed_shown_and_delivered_in_bounded_memory(self):
        line = b"0123456789" * 7 + b"\r\n"
        piece = line * (MIB // len(line))
        head = b"From: app@app.example\r\nTo: alice@example.net\r\nDate: Tue, 24 Nov 2026 04:10:03 +0000\r\nMessage-ID: <a@b>\r\n\r\n"
        count = (1 << 30) // len(piece)
        arguments = ("--queue-dir", self.queue.path)
        stem = self.smtpq("send", "-t", *arguments, data=[head, *[piece] * count]).decode().strip()
        self.assertIn(stem.encode(), self.smtpq("list", *arguments))
        self.assertIn(b"alice@example.net", self.smtpq("show", stem, *arguments))
        self.deliver(120)

    def test_ten_thousand_recipients_are_sent_listed_shown_and_delivered_in_bounded_memory(self):
        recipients = [f"user{number}@example.net" for number in range(10_000)]
        path = self.workspace.path / "recipients"
        head = "From: app@app.example\nTo: undisclosed-recipients:;\nBcc: " + ",\n ".join(recipients) + "\n\nx\n"
        path.write_text(head)
        arguments = ("--queue-dir", self.queue.path)
        stem = self.smtpq("send", "-t", *arguments, path).decode().strip()
        self.assertIn(stem.encode(), self.smtpq("list", *arguments))
        self.assertIn(b"user9999@example.net", self.smtpq("show", stem, *arguments))
        self.deliver(60)
