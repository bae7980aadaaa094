# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""`smtpq check`: each step to a relay, what is wrong there, and what to do."""

import json

from kit.case import MailTestCase
from kit.certificates import Authority
from kit.dovecot import Dovecot
from kit.postfix import INBOX, LOGIN, TLS, Postfix
from kit.scripted_relay import Rule

UNAVAILABLE = 69
ALL_STEPS = ["configuration", "queue", "resolve", "connect", "tls", "ehlo", "certificate", "login"]


class Check(MailTestCase):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.workspace.folder("tls"))

    def checked(self, port, status=0, **options):
        """What check finds, as the steps and the findings by step; and its lines for people."""
        options = {"tls": "starttls", "authorities": self.authority.certificate, "login": ("app", "sesame"), **options}
        daemon = self.daemon(port, name=f"daemon{port}", **options)
        result = daemon.smtpq("check", "--json", check=False)
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        findings = list(map(json.loads, result.stdout.splitlines()))
        for finding in findings:
            self.assertEqual(set(finding) & {"step", "relay", "verdict", "text", "advice"}, {"step", "relay", "verdict", "text", "advice"})
        people = daemon.smtpq("check", "-v", check=False)
        self.assertEqual(people.returncode, status)
        self.assertNotIn("sesame", result.stdout + people.stdout)
        return [each["step"] for each in findings], {each["step"]: each for each in findings}, people.stdout

    def assert_fails(self, step, words, port, **options):
        """Check stops at this step with this reason and an advice; what comes before it is well."""
        steps, found, text = self.checked(port, status=UNAVAILABLE, **options)
        self.assertEqual(found[step]["verdict"], "failure")
        self.assertIn(words, found[step]["text"])
        self.assertTrue(found[step]["advice"])
        self.assertEqual([name for name in steps if found[name]["verdict"] == "failure"], [step])
        self.assertIn("FAIL  relay primary " + {"tls": "TLS", "ehlo": "EHLO"}.get(step, step), text)
        self.assertIn("      → " + found[step]["advice"], text)
        return found

    def postfix(self, certificate, password="sesame"):
        """A Postfix that demands TLS and offers a login at a Dovecot."""
        dovecot = Dovecot(self.workspace.folder("dovecot"), {"app": password}).start()
        self.addCleanup(dovecot.stop)
        settings = INBOX + TLS.format(level="encrypt", certificate=certificate[0], key=certificate[1]) + LOGIN.format(socket=dovecot.socket)
        postfix = Postfix(self.workspace.folder("postfix"), settings).start()
        self.addCleanup(postfix.stop)
        return postfix

    def test_a_relay_that_can_be_used(self):
        certificate, key = self.authority.issue("relay", days=90)
        chain = certificate.with_name("chain.pem")
        chain.write_text(certificate.read_text() + self.authority.certificate.read_text())
        postfix = self.postfix((chain, key))
        steps, found, text = self.checked(postfix.port)
        self.assertEqual(list(dict.fromkeys(steps)), ALL_STEPS)
        self.assertIn(f"127.0.0.1:{postfix.port}", found["resolve"]["addresses"])
        self.assertIn(found["connect"]["address"], found["resolve"]["addresses"])
        self.assertEqual(found["tls"]["version"], "TLSv1.3")
        self.assertLess({"PIPELINING", "8BITMIME", "SIZE", "AUTH"}, set(found["ehlo"]["extensions"]))
        self.assertIn("PLAIN", found["ehlo"]["mechanisms"])
        self.assertIn(found["login"]["mechanism"], found["ehlo"]["mechanisms"])
        # Of the two certificates the authority's has two days left.
        self.assertEqual(steps.count("certificate"), 2)
        self.assertEqual((found["certificate"]["subject"], found["certificate"]["daysLeft"]), ("smtpqd test authority", 1))
        self.assertEqual(found["certificate"]["verdict"], "warning")
        self.assertIn("warn  relay primary certificate smtpqd test authority", text)
        self.assertIn("ok    relay primary certificate relay for localhost, issued by smtpqd test authority, until", text)
        self.assertIn("      < 250", text)
        self.assertEqual(postfix.accepted_count(), 0)

    def test_a_refused_login_at_postfix(self):
        postfix = self.postfix(self.authority.issue("relay"), password="another")
        found = self.assert_fails("login", "authentication failed", postfix.port)
        self.assertEqual((found["tls"]["verdict"], found["ehlo"]["verdict"]), ("ok", "ok"))
        self.assertIn("PLAIN", found["ehlo"]["mechanisms"])
        self.assertIn("User", found["login"]["advice"])

    def test_T12_certificates_that_are_refused(self):
        other = Authority(self.workspace.folder("other"), name="another authority")
        for label, certificate, words in (
            ("expired", self.authority.issue("expired", days=-1), "expired"),
            ("wrong name", self.authority.issue("wrong", names="DNS:other.example", days=90), "for other.example, not localhost"),
            ("self-signed", (other.certificate, other.key), "self-signed"),
            ("unknown authority", other.issue("unknown", days=90), "another authority"),
        ):
            with self.subTest(label):
                relay = self.relay(tls=certificate, users={"app": "sesame"})
                found = self.assert_fails("tls", words, relay.port)
                self.assertNotIn("login", found)
                self.assertIn(found["certificate"]["verdict"], ("ok", "warning"))
                self.assertEqual(found["certificate"]["daysLeft"] < 0, label == "expired")
                self.assertEqual({"AUTH", "MAIL"}.intersection(relay.verbs()), set())

    def test_a_certificate_in_its_last_days_is_a_warning(self):
        for days, verdict in ((14, "warning"), (16, "ok")):
            relay = self.relay(tls=self.authority.issue(f"days{days}", days=days), users={"app": "sesame"})
            self.assertEqual(self.checked(relay.port)[1]["certificate"]["verdict"], verdict)
            self.assertEqual(relay.transactions, [])

    def test_what_else_can_go_wrong(self):
        certificate = self.authority.issue("relay")
        users = {"app": "sesame"}
        self.assert_fails("login", "", self.relay(tls=certificate).port)
        self.assert_fails("tls", "STARTTLS", self.relay(users=users).port)
        self.assert_fails("greeting", "554", self.relay(greeting=b"554 5.3.2 no service\r\n").port)
        self.assert_fails("ehlo", "550", self.relay(rules=[Rule("EHLO|HELO", b"550 5.7.1 not you\r\n")]).port)
        closed = self.relay()
        closed.stop()
        self.assert_fails("connect", "", closed.port)
        self.assert_fails("resolve", "nothing.invalid", 25, server="nothing.invalid")

    def test_clear_text_without_a_login(self):
        steps, found, text = self.checked(self.relay().port, tls="none", login=None)
        self.assertEqual(steps, [step for step in ALL_STEPS if step != "certificate"])
        self.assertIn("none, as configured", found["tls"]["text"])
        self.assertIn("none, as configured", found["login"]["text"])
