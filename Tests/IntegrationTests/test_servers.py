# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The servers of the field, in clear text, with STARTTLS and with implicit TLS: each body arrives once and unchanged."""

from kit import aiosmtpd, exim, messages, opensmtpd
from kit.case import MailTestCase
from kit.certificates import Authority
from kit.dovecot import Dovecot
from kit.postfix import INBOX, LOGIN, OPEN, TLS, Postfix
from kit.throwaway_root import ThrowawayRoot
from kit.waiting import wait_until

SECURITIES = ("none", "starttls", "implicit")
IMPLICIT_OPTIONS = "smtpd_tls_wrappermode=yes"


class Servers(MailTestCase):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.workspace.folder("tls"))
        self.certificate, self.key = self.authority.issue("relay")

    def root(self, packages):
        root = ThrowawayRoot(self.workspace.folder("root"), self.workspace.path, packages).start()
        self.addCleanup(root.stop)
        return root

    def check(self, make, securities=SECURITIES):
        """Send the awkward bodies to a server of each kind of security and compare what arrives."""
        for security in securities:
            with self.subTest(security):
                server = make(self.workspace.folder(f"server-{security}"), security)
                try:
                    server.start()
                    self.assert_all_arrive(server, security)
                finally:
                    server.stop()

    def assert_all_arrive(self, server, security):
        login = {} if security == "none" else {"authorities": self.authority.certificate, "login": ("app", "sesame")}
        daemon = self.daemon(server.port, name=f"daemon-{security}", tls=security, **login).start()
        bodies = messages.awkward_bodies()
        for name, body in bodies.items():
            daemon.queue.drop(messages.message(name, body))
        daemon.wait_for_empty_queue(90)
        wait_until(
            lambda: len(server.inbox()) >= len(bodies), 60, f"{len(bodies)} messages",
            describe=lambda: f"{len(server.inbox())} arrived, {daemon.queue.counts()}\n{server.log()[-2000:]}",
        )
        daemon.stop()
        expected = {name: [messages.digest(messages.arrived_body(body))] for name, body in bodies.items()}
        self.assertEqual(self.arrived(server), expected)

    @staticmethod
    def arrived(server):
        found = {}
        for path in server.inbox():
            header, _, body = path.read_bytes().replace(b"\r\n", b"\n").partition(b"\n\n")
            name = next(line.split(b": ")[1].decode() for line in header.splitlines() if line.startswith(b"X-Test: "))
            found.setdefault(name, []).append(messages.digest(body))
        return found

    def test_postfix(self):
        dovecot = Dovecot(self.workspace.folder("dovecot"), {"app": "sesame"}).start()
        self.addCleanup(dovecot.stop)

        def make(folder, security):
            if security == "none":
                return Postfix(folder, INBOX + OPEN)
            level = "encrypt" if security == "starttls" else "may"
            settings = INBOX + TLS.format(level=level, certificate=self.certificate, key=self.key)
            settings += LOGIN.format(socket=dovecot.socket)
            return Postfix(folder, settings, options=IMPLICIT_OPTIONS if security == "implicit" else "")

        self.check(make)

    def test_exim(self):
        root = self.root(exim.PACKAGES)
        self.key.chmod(0o644)
        self.check(lambda folder, security: exim.Exim(root, folder, security, self.certificate, self.key))

    def test_opensmtpd(self):
        root = self.root(opensmtpd.PACKAGES)
        # In clear text only: Debian's build ends every TLS handshake with an internal error, that of openssl s_client too.
        self.check(lambda folder, _: opensmtpd.OpenSMTPD(root, folder), securities=["none"])

    def test_aiosmtpd(self):
        self.check(lambda folder, security: aiosmtpd.AIOSMTPD(folder, security, self.certificate, self.key))
