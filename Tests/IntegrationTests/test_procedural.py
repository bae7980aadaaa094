# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The procedural interface from C, C++, PHP and Python: the same journey in each language, misuse, memory, threads."""

import email
import email.policy
import re
import subprocess
import threading

from kit.binaries import PROJECT, binaries
from kit.case import MailTestCase
from kit.certificates import Authority
from kit.dovecot import Dovecot
from kit.postfix import INBOX, LOGIN, TLS, Postfix
from kit.procedural import C, CPP, SOURCES, Library
from kit.processes import Program
from kit.queue_directory import QueueDirectory
from kit.scripted_relay import DROP, Rule
from kit.waiting import wait_until
from kit.workspace import Workspace, free_port, is_listening

HEADER = PROJECT / "Sources" / "CSMTPProcedural" / "include" / "smtp_component.h"
# What each journey prints beside its events.
JOURNEY = [
    *["register 0"] * 7, "connect 0", "send 0", "verify 0", "lastreply 252", "command 0", "connected true", "disconnect 0",
    "queue NAME", "processqueue 0", "queue NAME", "processqueue 0", "expand 0", "send 0", "sendtoterminalonly 161",
    "error smtp protocol error: alice@example.net: 500 5.5.1 unknown command", "resetheaders 0", "send 164", "send 301", "doevents 0", "close 0",
]


class LibraryTestCase(MailTestCase):
    """Tests with the library installed once for all of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        workspace = Workspace(cls.__name__)
        cls.addClassCleanup(workspace.close)
        cls.library = Library(workspace.path)


class Journeys(LibraryTestCase):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.workspace.folder("tls"))
        certificate, key = self.authority.issue("relay")
        dovecot = Dovecot(self.workspace.folder("dovecot"), {"app": "sesame"}).start()
        self.addCleanup(dovecot.stop)
        tls = TLS.format(level="encrypt", certificate=certificate, key=key)
        self.server = Postfix(self.workspace.folder("postfix"), INBOX + tls + LOGIN.format(socket=dovecot.socket)).start()
        self.addCleanup(self.server.stop)
        self.end = threading.Event()
        self.addCleanup(self.end.set)

    def hang(self, *_):
        self.end.wait(60)
        return DROP

    def test_each_language_goes_the_same_way(self):
        for language, command in {
            "c": [self.library.compile(C, "journey.c")], "cpp": [self.library.compile(CPP, "journey.cpp")],
            "php": ["php", SOURCES / "journey.php"], "python": ["/usr/bin/python3", SOURCES / "journey.py"],
        }.items():
            with self.subTest(language):
                self.assert_goes(language, command)

    def assert_goes(self, language, command):
        for path in self.server.inbox():
            path.unlink()
        queue = QueueDirectory(self.workspace.folder(f"queue-{language}"))
        scripted = self.relay(rules=[
            Rule("EXPN", b"250-Alice <alice@example.net>\r\n250 bob@example.net\r\n"), Rule("RCPT.*refused", b"550 5.1.1 no\r\n"),
        ])
        hanging = self.relay(rules=[Rule("MAIL", self.hang)])
        output = self.library.run(
            *command, self.server.port, self.authority.certificate, queue.path, scripted.port, hanging.port
        )
        lines = output.splitlines()
        told = [re.sub(r"^queue \S+\.queued$", "queue NAME", each).lower() for each in lines if not each.startswith("event ")]
        self.assertEqual(told, [each.lower() for each in JOURNEY], output)
        events = [each.lower().split(" ", 2)[1:] for each in lines if each.startswith("event ")]
        self.assertEqual({number for number, _ in events}, set("1234567"))
        for wanted in [
            ["1", "connectionevent=tls established statuscode=0 description=ok"],
            ["3", "errorcode=161 description=smtp protocol error: refused@example.net: 550 5.1.1 no"],
            ["4", "address=alice <alice@example.net>"], ["4", "address=bob@example.net"],
            ["5", "direction=0 message=auth login"], ["6", "direction=0"], ["2", "direction=0"],
        ]:
            self.assertIn(wanted, events)
        transfers = [words for number, words in events if number == "7"]
        self.assertRegex(transfers[0], r"^direction=0 bytestransferred=\d+ percentdone=100$")

        self.assertEqual((queue.counts()["sent"], queue.waiting, queue.counts()["failed"]), (1, 0, 0))
        # One sent, two queued, each for two recipients.
        wait_until(lambda: len(self.server.inbox()) >= 6, 20, "the messages", describe=lambda: self.server.log()[-2000:])
        for path in self.server.inbox():
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            self.assertEqual((str(message["Subject"]), message["To"].addresses[0].display_name), ("Grüße", "Älice"))
            self.assertEqual(str(message["Cc"]), "bob@example.net")
            text, attachment = message.iter_parts()
            self.assertEqual(text.get_content(), "Schöne Grüße")
            self.assertEqual((attachment.get_filename(), attachment.get_content()), ("data.bin", b"\0\1\2\xff"))
        self.assertEqual([each.recipients for each in scripted.transactions], [["alice@example.net", "bob@example.net"]])


class Memory(LibraryTestCase):
    def setUp(self):
        super().setUp()
        self.port = free_port()
        sink = Program([binaries() / "smtpq", "sink", "--port", self.port], self.workspace.path / "sink.log").start()
        self.addCleanup(sink.stop)
        wait_until(lambda: is_listening(self.port), 20, "the sink", describe=sink.output)

    def valgrind(self, *command, seconds=120):
        """Run a program under valgrind, which lets no error and no leak pass."""
        options = ["--quiet", "--error-exitcode=9", "--leak-check=full", "--show-leak-kinds=definite"]
        options += ["--errors-for-leak-kinds=definite", f"--suppressions={SOURCES / 'valgrind.supp'}"]
        return self.library.run("valgrind", *options, *command, seconds=seconds)

    def test_misuse_is_an_error_code_and_no_crash(self):
        for run in (self.library.run, self.valgrind):
            run(self.library.compile(C, "misuse.c"), self.port, self.workspace.path / "none")

    def test_a_thousand_rounds_leak_nothing(self):
        self.assertIn("1000 rounds", self.valgrind(self.library.compile(C, "rounds.c"), self.port, 1000, seconds=300))
        self.library.run(self.library.compile(C, "rounds.c", "-fsanitize=address,undefined"), self.port, 1000)
        used = self.library.run(self.library.compile(C, "rounds.c"), self.port, 1000)
        self.assertLess(int(re.search(r"(-?\d+) bytes", used).group(1)), 256 << 10, "memory grows with each round")

    def test_eight_threads_do_not_disturb_each_other(self):
        sent = int(self.library.run(self.library.compile(C, "threads.c"), self.port))
        self.assertGreaterEqual(sent, 200)


class Interface(LibraryTestCase):
    def test_the_library_shows_its_own_functions_and_no_others(self):
        wanted = set(re.findall(r"^\w[\w *]*[ *](smtp_component_\w+)\(", HEADER.read_text(), re.MULTILINE))
        symbols = subprocess.run(["nm", "-D", "--defined-only", self.library.file], capture_output=True, text=True, check=True)
        found = {line.split()[2] for line in symbols.stdout.splitlines() if line.split()[1] == "T"}
        self.assertEqual(found, {f"{each}@@SMTP_COMPONENT_1" for each in wanted})

    def test_the_library_needs_no_swift(self):
        dynamic = subprocess.run(["readelf", "-d", self.library.file], capture_output=True, text=True, check=True).stdout
        needed = set(re.findall(r"\(NEEDED\).*\[(\w+)[.-]", dynamic))
        self.assertEqual(needed, {"libgsasl", "libidn2", "libm", "libstdc++", "libgcc_s", "libc", "ld"} & needed)
        self.assertIn("soname: [libsmtp_component.so.1]", dynamic)
        version = re.search(r"#define SMTP_COMPONENT_ABI_VERSION (\d+)", HEADER.read_text()).group(1)
        self.assertTrue(self.library.file.name.endswith(f".so.{version}"))
