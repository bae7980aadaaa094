# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The servers of the field, in clear text, with STARTTLS and with implicit TLS: each body arrives once and unchanged."""

from kit import aiosmtpd, messages, opensmtpd
from kit.server_case import ServerTestCase
from kit.waiting import wait_until


class Servers(ServerTestCase):
    def assert_sends(self, server, security):
        """Send the awkward bodies, and compare what arrives."""
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
        self.check(self.postfix())

    def test_exim(self):
        self.check(self.exim())

    def test_opensmtpd(self):
        root = self.root(opensmtpd.PACKAGES)
        # In clear text only: Debian's build ends every TLS handshake with an internal error, that of openssl s_client too.
        self.check(lambda folder, _: opensmtpd.OpenSMTPD(root, folder), securities=["none"])

    def test_aiosmtpd(self):
        self.check(lambda folder, security: aiosmtpd.AIOSMTPD(folder, security, self.certificate, self.key))
