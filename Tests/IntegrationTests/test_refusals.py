# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""What a relay may get wrong about TLS and the login: nothing is sent, the reason is told, the mail waits."""

from kit import messages
from kit.case import MailTestCase
from kit.certificates import Authority
from kit.dovecot import Dovecot
from kit.postfix import INBOX, LOGIN, TLS, Postfix
from kit.scripted_relay import Rule

FORBIDDEN_VERBS = {"MAIL", "RCPT", "DATA", "BDAT"}


class Refusals(MailTestCase):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.workspace.folder("tls"))

    def trusting(self, port, name="daemon", **options):
        """A started daemon that asks for STARTTLS, trusts our authority, and logs in."""
        options = {"tls": "starttls", "authorities": self.authority.certificate, "login": ("app", "sesame"), **options}
        return self.daemon(port, name=name, **options).start()

    def assert_nothing_is_sent(self, relay, kind, text="", **options):
        """A daemon for this relay sends nothing and waits; once the relay is put right the mail goes."""
        daemon = self.trusting(relay.port, name=f"daemon{relay.port}", **options)
        stem = daemon.queue.drop(messages.message("secret"))
        self.assert_waits(daemon, stem, kind, text)
        self.assertEqual(FORBIDDEN_VERBS.intersection(relay.verbs()), set())
        self.assertEqual(relay.transactions, [])
        return daemon

    # The login (T13)

    def test_T13_wrong_password_at_postfix(self):
        certificate, key = self.authority.issue("relay")
        dovecot = Dovecot(self.workspace.folder("dovecot"), {"app": "sesame"}).start()
        self.addCleanup(dovecot.stop)
        settings = INBOX + TLS.format(level="encrypt", certificate=certificate, key=key) + LOGIN.format(socket=dovecot.socket)
        postfix = Postfix(self.workspace.folder("postfix"), settings).start()
        self.addCleanup(postfix.stop)
        daemon = self.trusting(postfix.port, login=("app", "wrong"))
        stem = daemon.queue.drop(messages.message("secret"))
        self.assert_waits(daemon, stem, "authenticationRefused", "authentication failed")
        self.assertEqual(postfix.accepted_count(), 0)
        self.assertNotIn("wrong", daemon.program.output().replace("wrong/", ""), "the password is in the log")

        daemon.configure(login=("app", "sesame"))
        daemon.reload()
        daemon.wait_for_empty_queue()
        self.assertEqual(postfix.accepted_count(), 1)

    def test_T13_535_and_454_are_faults_of_the_relay(self):
        certificate = self.authority.issue("relay")
        for reply in (b"535 5.7.8 bad credentials\r\n", b"454 4.7.0 temporary failure\r\n"):
            with self.subTest(reply):
                relay = self.relay(tls=certificate, users={"app": "sesame"}, rules=[Rule("AUTH", reply)])
                self.assert_nothing_is_sent(relay, "authenticationRefused", reply[10:-2].decode())

    def test_T13_login_not_offered(self):
        relay = self.relay(tls=self.authority.issue("relay"))
        daemon = self.assert_nothing_is_sent(relay, "authenticationNotOffered")
        relay.script.users = {"app": "sesame"}
        daemon.reload()
        self.assert_delivered(daemon, relay, "alice@example.net")
        self.assertEqual(relay.logins, [("app", "sesame")])

    def test_T13_only_unknown_mechanisms_offered(self):
        relay = self.relay(tls=self.authority.issue("relay"), users={"app": "sesame"}, auth_line="AUTH X-SECRET")
        self.assert_nothing_is_sent(relay, "authenticationNotOffered")
        self.assertNotIn("AUTH", relay.verbs())

    def test_T13_no_password_in_clear_text(self):
        relay = self.relay(users={"app": "sesame"})
        daemon = self.daemon(relay.port, tls="none", login=("app", "sesame"))
        result = self.check_or_wait(daemon)
        self.assertEqual(relay.logins, [], result)
        self.assertEqual(FORBIDDEN_VERBS.intersection(relay.verbs()), set())

    def check_or_wait(self, daemon):
        """Either the configuration is refused, or the daemon keeps its mail."""
        daemon.program.start()
        stem = daemon.queue.drop(messages.message("secret"))
        try:
            return daemon.program.wait(3)
        except Exception:  # still running: then the relay is down and the message waits
            self.assertEqual(daemon.queue.states(stem), ["queued"])
            return daemon.wait_for_log("relayDown")

    # TLS (T11, T12)

    def test_T11_startTLS_stripped(self):
        certificate = self.authority.issue("relay")
        for name, script in {
            "not offered": {},
            "454": {"tls": certificate, "rules": [Rule("STARTTLS", b"454 4.7.0 not now\r\n")]},
            "500": {"tls": certificate, "rules": [Rule("STARTTLS", b"500 5.5.1 what\r\n")]},
        }.items():
            with self.subTest(name):
                relay = self.relay(users={"app": "sesame"}, **script)
                self.assert_nothing_is_sent(relay, "tlsRefused")
                self.assertNotIn("AUTH", relay.verbs())

    def test_T11_greeting_that_skips_ahead(self):
        relay = self.relay(greeting=b"250 you are known already\r\n", users={"app": "sesame"})
        daemon = self.trusting(relay.port)
        stem = daemon.queue.drop(messages.message("secret"))
        daemon.wait_for_log("relayDown")
        self.assertEqual(daemon.queue.journal(stem), [])
        self.assertEqual((FORBIDDEN_VERBS | {"AUTH"}).intersection(relay.verbs()), set())

    def test_T12_certificate_for_another_name(self):
        relay = self.relay(tls=self.authority.issue("relay", names="DNS:other.example"), users={"app": "sesame"})
        daemon = self.assert_nothing_is_sent(relay, "tlsVerification")
        self.assertNotIn("AUTH", relay.verbs())
        relay.script.tls = self.authority.issue("mended")
        daemon.reload()
        self.assert_delivered(daemon, relay, "alice@example.net")

    def test_T12_unverified_peers(self):
        (self.workspace.path / "empty.pem").write_text("")
        stranger = Authority(self.workspace.folder("stranger"), name="stranger")
        for name, certificate, options in (
            ("expired", self.authority.issue("old", days=-1), {}),
            ("unknown authority", stranger.issue("relay"), {}),
            ("system store", self.authority.issue("private"), {"authorities": None}),
            ("address without its name", self.authority.issue("address"), {"server": "127.0.0.1"}),
            ("for clients only", self.authority.issue("client", purpose="clientAuth"), {}),
        ):
            with self.subTest(name):
                relay = self.relay(tls=certificate, users={"app": "sesame"})
                self.assert_nothing_is_sent(relay, "tlsVerification", **options)
                self.assertNotIn("AUTH", relay.verbs())

    def test_T12_an_empty_authority_file_trusts_nobody(self):
        empty = self.workspace.path / "empty.pem"
        empty.write_text("")
        relay = self.relay(tls=self.authority.issue("relay"), users={"app": "sesame"})
        daemon = self.daemon(relay.port, tls="starttls", authorities=empty, login=("app", "sesame"))
        self.check_or_wait(daemon)
        self.assertEqual((FORBIDDEN_VERBS | {"AUTH"}).intersection(relay.verbs()), set())

    def test_T12_implicit_tls_is_verified_too(self):
        relay = self.relay(
            tls=self.authority.issue("relay", names="DNS:other.example"), implicit_tls=True, users={"app": "sesame"}
        )
        daemon = self.assert_nothing_is_sent(relay, "tlsVerification", tls="implicit")
        self.assertEqual(relay.verbs(), [])
        relay.script.tls = self.authority.issue("mended")
        daemon.reload()
        self.assert_delivered(daemon, relay, "alice@example.net")

    def test_an_address_with_a_certificate_for_it_is_accepted(self):
        relay = self.relay(tls=self.authority.issue("relay", names="IP:127.0.0.1"), users={"app": "sesame"})
        daemon = self.trusting(relay.port, server="127.0.0.1")
        daemon.queue.drop(messages.message("one"))
        self.assert_delivered(daemon, relay, "alice@example.net")
