# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""aiosmtpd that takes mail for every address into one maildir."""

import json

from .processes import Program
from .waiting import wait_until
from .workspace import free_port, is_listening

PYTHON = "/usr/bin/python3"
SERVER = """\
import asyncio, json, ssl, sys
from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

options = json.loads(sys.argv[1])
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain(options["certificate"], options["key"])
security = options["security"]


def login(server, session, envelope, mechanism, data):
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"app", b"sesame")
    return AuthResult(success=known)


def session():
    return SMTP(
        Mailbox(options["maildir"]), hostname="relay.test", data_size_limit=60 << 20, enable_SMTPUTF8=True,
        tls_context=context if security == "starttls" else None, require_starttls=security == "starttls",
        auth_required=security != "none", auth_require_tls=security == "starttls", authenticator=login,
    )


async def main():
    implicit = context if security == "implicit" else None
    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", options["port"], ssl=implicit)
    await server.serve_forever()


asyncio.run(main())
"""


class AIOSMTPD:
    """A private aiosmtpd. `security` is none, starttls or implicit; with TLS a login is demanded."""

    def __init__(self, folder, security, certificate, key):
        self.folder, self.port = folder, free_port()
        options = {
            "security": security, "certificate": str(certificate), "key": str(key), "port": self.port,
            "maildir": str(folder / "inbox"),
        }
        self.program = Program([PYTHON, "-c", SERVER, json.dumps(options)], folder / "output.log")

    def start(self):
        self.program.start()
        wait_until(lambda: is_listening(self.port), 20, "aiosmtpd's port", describe=self.log)
        return self

    def stop(self):
        self.program.stop()

    def log(self):
        return self.program.output()

    def inbox(self):
        """The files of the mail that has arrived."""
        return list((self.folder / "inbox" / "new").glob("*"))
