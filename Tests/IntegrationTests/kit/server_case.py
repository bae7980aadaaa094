# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The servers of the field, each with every kind of security."""

from . import exim
from .case import MailTestCase
from .certificates import Authority
from .dovecot import Dovecot
from .postfix import INBOX, LOGIN, OPEN, TLS, Postfix
from .throwaway_root import ThrowawayRoot

SECURITIES = ("none", "starttls", "implicit")


class ServerTestCase(MailTestCase):
    """A test with servers that take a login with TLS and everything without. It says in `assert_sends` what is sent to each."""

    def setUp(self):
        super().setUp()
        self.authority = Authority(self.workspace.folder("tls"))
        self.certificate, self.key = self.authority.issue("relay")

    def root(self, packages):
        root = ThrowawayRoot(self.workspace.folder("root"), self.workspace.path, packages).start()
        self.addCleanup(root.stop)
        return root

    def check(self, make, securities=SECURITIES):
        """Start a server of each kind of security, and send to it."""
        for security in securities:
            with self.subTest(security):
                server = make(self.workspace.folder(f"server-{security}"), security)
                try:
                    server.start()
                    self.assert_sends(server, security)
                finally:
                    server.stop()

    def postfix(self):
        """What makes Postfix, with Dovecot behind it for the logins."""
        dovecot = Dovecot(self.workspace.folder("dovecot"), {"app": "sesame"}).start()
        self.addCleanup(dovecot.stop)

        def make(folder, security):
            if security == "none":
                return Postfix(folder, INBOX + OPEN)
            level = "encrypt" if security == "starttls" else "may"
            tls = TLS.format(level=level, certificate=self.certificate, key=self.key) + LOGIN.format(socket=dovecot.socket)
            return Postfix(folder, INBOX + tls, options="smtpd_tls_wrappermode=yes" if security == "implicit" else "")

        return make

    def exim(self):
        """What makes Exim, in a root of its own."""
        root = self.root(exim.PACKAGES)
        self.key.chmod(0o644)
        return lambda folder, security: exim.Exim(root, folder, security, self.certificate, self.key)
