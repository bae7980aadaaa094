# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""A relay that attacks: what it says never becomes a command, a record or a control character of ours."""

import json

from kit import messages
from kit.case import MailTestCase
from kit.certificates import Authority
from kit.scripted_relay import DROP, Rule
from kit.waiting import wait_until

FORGED = '{"v":1,"t":"2026-01-01T00:00:00.000Z","event":"recipient","to":"alice@example.net","outcome":"delivered"}'


class HostileRelay(MailTestCase):
    def test_T2_controls_in_a_reply_stay_inside_one_record(self):
        evil = b"451 4.7.1 bad\x00\x07\x1b[2J\r" + FORGED.encode() + b"\x0b\xc2\x85\xe2\x80\xa8\xff end\r\n"
        relay = self.relay(rules=[Rule("RCPT", evil, times=1)])
        daemon = self.daemon(relay.port, retry=[3]).start()
        stem = daemon.queue.drop(messages.message("one"))
        wait_until(lambda: daemon.queue.journal(stem, "retry"), 20, "a deferral")
        raw = (daemon.queue.path / f"{stem}.journal").read_bytes()
        self.assertEqual([byte for byte in raw if byte < 0x20 and byte != 0x0A], [])
        self.assertNotIn("\u2028", raw.decode())
        self.assertNotIn("\x85", raw.decode())
        records = [json.loads(line) for line in raw.decode().split("\n") if line]
        self.assertEqual([each["event"] for each in records], ["attempt", "recipient", "retry"])
        self.assertEqual(records[1]["outcome"], "deferred")
        for shown in (daemon.smtpq("list").stdout, daemon.smtpq("show", stem, "--journal").stdout, daemon.program.output()):
            self.assertNotRegex(shown, "[\x00-\x08\x0b-\x1f\x7f\x85\u2028]")
        daemon.stop()
        daemon.start()
        self.assert_delivered(daemon, relay, "alice@example.net")

    def test_T2_replies_without_end_are_bounded(self):
        def endless(session, command):
            try:
                for _ in range(200_000):
                    session.send(b"250-more\r\n" * 100)
            except OSError:
                pass
            return b"250 end\r\n"

        for name, reply in {
            "endless multi-line": endless,
            "a line of 64 KiB": b"250-" + b"x" * 65536 + b"\r\n250 ok\r\n",
            "a line of 64 MiB without end": lambda session, command: b"250 " + b"x" * (64 << 20),
            "codes that change": b"250-relay.test\r\n550 no\r\n",
            "no code at all": b"hello there\r\n",
            "a code out of range": b"999 what\r\n",
        }.items():
            with self.subTest(name):
                relay = self.relay(rules=[Rule("EHLO", reply)])
                daemon = self.daemon(relay.port, name=f"daemon{relay.port}").start()
                stem = daemon.queue.drop(messages.message("one"))
                self.assert_waits(daemon, stem, "protocolViolation")
                self.assertLess(peak_memory(daemon.program.pid), 128 << 20)
                relay.script.rules = []
                self.assert_delivered(daemon, relay, "alice@example.net", seconds=60)

    def test_T10_startTLS_response_injection(self):
        certificate = Authority(self.workspace.folder("tls"))
        forged = b"250-relay.test\r\n250 AUTH PLAIN\r\n235 2.7.0 welcome\r\n"

        def inject(session, command):
            session.send(b"220 2.0.0 go\r\n" + forged)
            session.secure()

        relay = self.relay(tls=certificate.issue("relay"), users={"app": "sesame"}, rules=[Rule("STARTTLS", inject)])
        daemon = self.daemon(
            relay.port, tls="starttls", authorities=certificate.certificate, login=("app", "sesame")
        ).start()
        stem = daemon.queue.drop(messages.message("one"))
        self.assert_waits(daemon, stem, "protocolViolation")
        self.assertEqual(set(relay.verbs()) - {"EHLO", "STARTTLS", "QUIT"}, set())
        self.assertEqual(relay.logins, [])

    def test_T10_capabilities_are_read_again_after_tls(self):
        authority = Authority(self.workspace.folder("tls"))

        def before_tls_only(session, command):
            if session.is_secured:
                return b"250-relay.test\r\n250 AUTH LOGIN\r\n"
            return b"250-relay.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 STARTTLS\r\n"

        relay = self.relay(
            tls=authority.issue("relay"), users={"app": "sesame"}, rules=[Rule("EHLO", before_tls_only)]
        )
        daemon = self.daemon(relay.port, tls="starttls", authorities=authority.certificate, login=("app", "sesame")).start()
        daemon.queue.drop(messages.message("one"))
        self.assert_delivered(daemon, relay, "alice@example.net")
        commands = [command for _, command in relay.commands]
        self.assertFalse(any(b"BODY=" in command for command in commands), "an extension of before TLS was used")
        self.assertTrue(any(command.upper().startswith(b"AUTH LOGIN") for command in commands))

    def test_a_connection_cut_between_the_dot_and_its_answer_is_tried_again_and_announced(self):


        relay = self.relay(rules=[Rule("<end of content>", DROP, times=1)])
        daemon = self.daemon(relay.port, retry=[1]).start()
        stem = daemon.queue.drop(messages.message("one"))
        wait_until(lambda: len(relay.transactions) == 2, 30, "a second copy")
        daemon.wait_for_empty_queue()
        self.assertEqual([each["SMTPQ_ID"] for each in daemon.log("unconfirmed")], [stem])


def peak_memory(pid):
    """The peak resident size of a process in bytes."""
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) << 10 for line in status if line.startswith("VmHWM"))
