# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Whatever lands in the queue directory: nothing is followed, executed, blocked on or smuggled."""

import os
import random
import re
import socket
import threading

from kit import messages
from kit.case import MailTestCase
from kit.usage import Usage
from kit.waiting import holds_for, wait_until

CONTROLS = {"CR": "\r", "NUL": "\0", "VT": "\x0b", "NEL": "\x85", "LS": "\u2028", "ESC": "\x1b"}


class HostileFiles(MailTestCase):
    def setUp(self):
        super().setUp()
        self.mta = self.relay()
        self.smtpqd = self.daemon(self.mta.port)

    def fails(self, data, stem=None):
        """Drop a file; wait until it has failed; return what its journal says is wrong."""
        stem = self.smtpqd.queue.drop(data, stem)
        wait_until(lambda: self.smtpqd.queue.states(stem) == ["failed"], 20, "the file to fail")
        return self.smtpqd.queue.journal(stem, "problem")[-1]

    def test_T1_shell_characters_are_only_characters(self):
        self.smtpqd.start()
        marker = self.workspace.path / "executed"
        local_parts = [
            f'"`touch {marker}`"', f'"$(touch {marker})"', f'";touch {marker};"', f'"|touch {marker}"', f'"&touch {marker}"',
            "a&b", "a|b", "a`b", "a$b", "-oQ" + "x", "--config=x",
        ]
        for number, local_part in enumerate(local_parts):
            self.smtpqd.queue.drop(
                messages.message(str(number), recipients=[f"{local_part}@example.net"], sender=f"{local_part}@app.example")
            )
        self.smtpqd.wait_for_empty_queue()
        sent = {each.recipients[0]: each.sender for each in self.mta.transactions}
        for local_part in local_parts:
            if f"{local_part}@example.net" in sent:
                self.assertEqual(sent[f"{local_part}@example.net"], f"{local_part}@app.example")
        self.assertEqual(len(sent) + self.smtpqd.queue.counts()["failed"], len(local_parts))
        self.assertGreaterEqual(len(sent), 6, "valid addresses were refused")
        self.assertFalse(marker.exists(), "something was executed")

    def test_T3_only_regular_files_with_one_link_are_taken(self):
        queue, secret = self.smtpqd.queue.path, self.workspace.path / "secret"
        secret.write_bytes(messages.message("secret"))
        (queue / "symlink.queued").symlink_to(secret)
        os.link(secret, queue / "hardlink.queued")
        os.mkfifo(queue / "fifo.queued")
        (queue / "directory.queued").mkdir()
        listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(listener.close)
        listener.bind(str(queue / "socket.queued"))
        (queue / "dangling.queued").symlink_to(self.workspace.path / "nothing")
        names = {"symlink", "hardlink", "fifo", "directory", "socket", "dangling"}
        if os.geteuid() == 0:
            os.mknod(queue / "device.queued", 0o020666, os.makedev(1, 5))  # /dev/zero: would never end
            names.add("device")

        self.smtpqd.start()
        self.smtpqd.queue.drop(messages.message("honest"))
        self.assert_delivered_beside(names)
        self.assertEqual(self.smtpqd.queue.stems("queued"), names, "left where they are")
        logged = [each["SMTPQ_ID"] for each in self.smtpqd.wait_for_log("hostile", count=len(names))]
        self.assertEqual(sorted(logged), sorted(names))
        for name in names:
            os.utime(queue / f"{name}.queued", follow_symlinks=False)
        self.assertTrue(holds_for(lambda: len(self.mta.transactions) == 1, 2), "a hostile file was sent")
        self.assertEqual(secret.read_bytes(), messages.message("secret"))

    def assert_delivered_beside(self, names):
        wait_until(lambda: len(self.mta.transactions) == 1, 20, "the honest message")
        wait_until(lambda: self.smtpqd.queue.stems("queued") == names, 10, "the rest to stay")

    def test_T3_a_file_that_is_still_being_written_is_not_sent_half(self):
        self.smtpqd.start()
        data = messages.message("slow", b"first\n")
        with open(self.smtpqd.queue.path / "slow.queued", "wb") as file:
            file.write(data)
            file.flush()
            self.assertTrue(holds_for(lambda: self.mta.transactions == [], 5), "sent before it was complete")
            file.write(b"second\n")
        wait_until(lambda: self.mta.transactions, 20, "the message")
        self.assertTrue(self.mta.transactions[0].content.endswith(b"first\r\nsecond\r\n"))

    def test_T5_controls_in_an_envelope_are_refused_at_load(self):
        self.smtpqd.start()
        for name, control in CONTROLS.items():
            for field in (
                f"Queue-From: <app{control}x@app.example>",
                f"Queue-From: <app@app.example> ENVID=a{control}b",
                f"Queue-From: <app@app.example> AUTH=a{control}b",
                f"Queue-To: <bob{control}x@example.net>",
                f"Queue-To: <bob@example.net> ORCPT=rfc822;a{control}b",
                f"Queue-Relay: pri{control}mary",
            ):
                with self.subTest(name, field=field):
                    base = messages.message("evil")
                    if field.startswith("Queue-From"):
                        base = base.split(b"\n", 1)[1]
                    problem = self.fails(field.encode() + b"\n" + base)
                    self.assertTrue(problem["reason"])
        self.assertEqual(self.mta.transactions, [])
        self.assertEqual(self.mta.verbs().count("MAIL"), 0)

    def test_T5_controls_in_an_envelope_are_refused_at_enqueue(self):
        for name, control in {**CONTROLS, "LF": "\n"}.items():
            if control == "\0":
                continue  # cannot stand in an argument
            for arguments in (
                ("send", "-f", f"app{control}x@app.example", "bob@example.net"),
                ("send", "-f", "app@app.example", f"bob{control}QUIT@example.net"),
            ):
                with self.subTest(name, arguments=arguments):
                    result = self.smtpqd.smtpq(*arguments, data=b"Subject: x\n\nx\n", check=False)
                    self.assertIn(result.returncode, (64, 65))
                    self.assertNotRegex(result.stderr, "[\x00-\x08\x0b-\x1f\x7f\x85\u2028]")
        self.assertEqual([each for each in self.smtpqd.queue.path.iterdir() if each.name[0] != "."], [])
        self.assertEqual(list(self.smtpqd.queue.path.glob(".*.tmp")), [])

    def test_a_wrong_envelope_fails_with_its_line_and_its_reason(self):
        self.smtpqd.start()
        for fields, line in (
            (["Queue-Colour: blue"], 3),
            (["Queue-Priority: 4", "Queue-Priority: 5"], 4),
            (["Queue-After: tomorrow"], 3),
        ):
            with self.subTest(fields):
                problem = self.fails(messages.message("wrong", fields=fields))
                self.assertIn(f"line {line}", problem["reason"])

    def test_T19_names_of_every_byte_mean_nothing_or_a_message(self):
        queue = os.fsencode(self.smtpqd.queue.path)
        longest = b"m" * 200 + b".queued"
        allowed = b"ABCXYZabcxyz0189._-+="
        names = [b"x" + bytes([byte]) + b"x.queued" for byte in range(1, 256) if byte != ord("/")]
        names += [bytes([byte]) + b".queued" for byte in range(1, 256) if byte not in b"/."]
        names += [longest, b"m" + longest, b"n" * 248 + b".queued", b"o" * 255, b".queued", b"..queued", b"-rf.queued", b"\xff" * 255]
        for number, name in enumerate(names):
            with open(queue + b"/" + name, "wb") as file:
                file.write(messages.message(str(number)))
        self.smtpqd.start()

        def is_message(name):
            stem = name.removesuffix(b".queued")
            return (
                stem != name and 0 < len(stem) <= 200 and stem[:1] != b"."
                and all(chr(byte).isascii() and (chr(byte).isalnum() or chr(byte) in "._-+=") for byte in stem)
            )

        sent = {str(number) for number, name in enumerate(names) if is_message(name)}
        self.assertTrue(set(allowed) <= {byte for name in names if is_message(name) for byte in name})
        wait_until(lambda: len(self.mta.transactions) >= len(sent), 30, f"{len(sent)} messages")
        wait_until(lambda: not [name for name in os.listdir(queue) if is_message(name)], 20, "the messages to be gone")
        self.assertEqual({each.header("X-Test") for each in self.mta.transactions}, sent)
        left = {name for name in os.listdir(queue) if name != b".status"}
        self.assertEqual(left, {name for name in names if not is_message(name)}, "left where they are")
        self.assertEqual(self.smtpqd.stop(), 0)

    def test_T19_enormous_files_are_refused_or_streamed(self):
        self.smtpqd.configure(max_size="200MiB")
        self.smtpqd.start()
        usage = Usage(self.smtpqd.program.pid)
        hidden = self.smtpqd.queue.path / ".sparse"
        hidden.write_bytes(messages.message("sparse"))
        os.truncate(hidden, 10 << 30)
        hidden.rename(hidden.with_name("sparse.queued"))
        wait_until(lambda: self.smtpqd.queue.states("sparse") == ["failed"], 20, "the sparse file to fail")
        self.assertIn("MaxMessageSize", self.smtpqd.queue.journal("sparse", "problem")[-1]["reason"])
        # T31: a header of 100 MiB is not read to its end; a body of that size is never in memory whole.
        header = messages.message("header").replace(b"\n\n", b"\n\nX-Long: " + b"h" * (100 << 20) + b"\n", 1)
        self.assertIn("header is longer", self.fails(header)["reason"])
        before = usage.peak_memory
        self.smtpqd.queue.drop(messages.message("body", (b"b" * 63 + b"\n") * (40 << 14)))
        wait_until(lambda: self.mta.transactions, 60, "the long message")
        self.smtpqd.wait_for_empty_queue()
        self.assertLess(usage.peak_memory - before, 24 << 20)
        self.assertEqual(self.smtpqd.stop(), 0)

    def test_T19_files_that_change_and_vanish_while_they_are_read_and_sent(self):
        self.smtpqd.configure(retry=["1s"])
        self.smtpqd.start()
        stop, source = threading.Event(), random.Random(19)
        queue = self.smtpqd.queue.path
        long_body = (b"l" * 62 + b"\n") * 8000

        def whole(marker):
            return messages.message("changing", b"begin-%s\n" % marker + long_body + b"end-%s\n" % marker)

        def disturb():
            while not stop.is_set():
                name = f"changing{source.randrange(5)}"
                path, marker = queue / f"{name}.{source.choice(['queued', 'sending'])}", b"%08x" % source.getrandbits(32)
                try:
                    match source.randrange(5):
                        case 0:
                            (queue / f".{name}").write_bytes(whole(marker))
                            (queue / f".{name}").rename(queue / f"{name}.queued")
                        case 1:
                            os.truncate(path, source.randrange(100_000))
                        case 2:
                            path.unlink()
                        case 3:
                            with open(path, "r+b") as file:
                                file.write(whole(marker))
                        case 4:
                            os.utime(path)
                except OSError:
                    pass

        disturbers = [threading.Thread(target=disturb) for _ in range(2)]
        for each in disturbers:
            each.start()
        try:
            for number in range(20):
                self.smtpqd.queue.drop(messages.message(f"honest-{number}"))
                wait_until(
                    lambda: any(each.header("X-Test") == f"honest-{number}" for each in list(self.mta.transactions)), 30,
                    "other mail", describe=lambda: self.smtpqd.program.output()[-3000:],
                )
        finally:
            stop.set()
            for each in disturbers:
                each.join()
        # What arrived is a file as somebody wrote it, or as it was cut before it was claimed: never the half of one and the
        # half of another.
        for each in list(self.mta.transactions):
            begun = re.search(rb"begin-(\w{8})\r\n", each.content)
            ended = re.search(rb"end-(\w{8})\r\n", each.content)
            if begun and ended:
                self.assertEqual(begun.group(1), ended.group(1))
        self.assertTrue(self.smtpqd.program.is_running)
        self.assertEqual(self.smtpqd.stop(), 0)

    def test_T31_broken_files_leave_the_daemon_serving(self):
        self.smtpqd.start()
        whole = messages.message("whole", b"body\n")
        broken = [b"", b"\0", b"\n", os.urandom(4096), b"Queue-Version: 2\n\nSubject: x\n\nx\n", b"Queue-" * 200_000]
        broken += [whole[:end] for end in range(1, whole.index(b"X-Test"), 9)]
        for number, data in enumerate(broken):
            self.smtpqd.queue.drop(data, f"broken{number}")
        self.smtpqd.queue.drop(whole)
        wait_until(
            lambda: any(each.header("X-Test") == "whole" for each in self.mta.transactions), 20, "the whole message"
        )
        self.smtpqd.wait_for_empty_queue()
        self.assertTrue(self.smtpqd.program.is_running)
        self.assertEqual(self.smtpqd.stop(), 0)
