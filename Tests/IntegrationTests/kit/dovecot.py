# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Dovecot as the SASL server behind Postfix: logins, nothing else."""

from .processes import Program
from .waiting import wait_until

CONFIGURATION = """\
protocols =
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
ssl = no
disable_plaintext_auth = no
auth_mechanisms = {mechanisms}
auth_failure_delay = 0
auth_verbose = yes
{passdb}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home=/nonexistent
}}
service auth {{
  unix_listener sasl {{
    mode = 0666
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
"""

PASSWORDS = """\
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
"""

# An account without a password: the client certificate or the ticket is all there is.
OUTSIDE = """\
passdb {{
  driver = static
  args = nopassword=y allow_real_nets=127.0.0.0/8
}}
"""

TOKENS = """\
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
"""


class Dovecot:
    """A private Dovecot with the authentication service only.

    `passdb` says where accounts come from, `settings` are further lines of its configuration.
    """

    def __init__(self, folder, users=(), mechanisms="plain login", passdb=PASSWORDS, settings="", environment=None):
        self.folder = folder
        self.socket = folder / "run" / "sasl"
        (folder / "users").write_text("".join(f"{user}:{{PLAIN}}{password}\n" for user, password in dict(users).items()))
        (folder / "users").chmod(0o644)
        configuration = folder / "dovecot.conf"
        values = {"folder": folder, "mechanisms": mechanisms, "passdb": passdb.format(folder=folder)}
        configuration.write_text(CONFIGURATION.format(**values) + settings)
        self.program = Program(["dovecot", "-F", "-c", configuration], folder / "output.log", environment)

    def start(self):
        self.program.start()
        wait_until(self.socket.is_socket, 20, "Dovecot's login socket", describe=self.log)
        return self

    def stop(self):
        self.program.stop()

    def log(self):
        path = self.folder / "dovecot.log"
        return self.program.output() + (path.read_text() if path.exists() else "")
