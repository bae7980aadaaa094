# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Exim that takes mail for every address into one maildir."""

from .processes import Program
from .waiting import wait_until
from .workspace import free_port, is_listening

PACKAGES = ["exim4-daemon-heavy"]
CONFIGURATION = """\
primary_hostname = relay.test
keep_environment =
log_file_path = {folder}/log-%s
spool_directory = {folder}/spool
daemon_smtp_ports = {port}
local_interfaces = 127.0.0.1
tls_advertise_hosts = {tls_hosts}
tls_certificate = {certificate}
tls_privatekey = {key}
tls_on_connect_ports = {implicit_port}
tls_try_verify_hosts = *
tls_verify_certificates = {authorities}
accept_8bitmime = true
message_size_limit = 60M
smtp_accept_max = 100
smtp_accept_queue = 0
acl_smtp_rcpt = rcpt
acl_smtp_data = accept
begin acl
rcpt:
  deny !condition = ${{if or{{{{def:tls_in_cipher}}{{eq{{{login}}}{{no}}}}}}}}
  deny !condition = ${{if or{{{{def:authenticated_id}}{{eq{{{login}}}{{no}}}}}}}}
  accept
begin routers
everybody:
  driver = accept
  transport = inbox
begin transports
inbox:
  driver = appendfile
  directory = {folder}/mail/inbox
  maildir_format
  user = mail
  group = mail
  message_prefix =
  message_suffix =
begin authenticators
{authenticator}"""
PASSWORD = """\
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${if and{{eq{$auth2}{app}}{eq{$auth3}{sesame}}}}
  server_set_id = $auth2
  server_advertise_condition = ${if def:tls_in_cipher}
"""
# The certificate is the proof, the identity that the client asks for the login.
CERTIFICATE = """\
external:
  driver = external
  public_name = EXTERNAL
  server_condition = ${if and{{eq{$tls_in_certificate_verified}{1}}{eq{$auth1}{app@example.net}}}}
  server_set_id = $auth1
  server_advertise_condition = ${if def:tls_in_cipher}
"""


class Exim:
    """A private Exim in a throw-away root. `security` is none, starttls or implicit; with TLS a login is demanded.

    `authorities` are those of the clients' certificates.
    """

    def __init__(self, root, folder, security, certificate, key, authorities="", authenticator=PASSWORD):
        self.root, self.folder, self.port = root, folder, free_port()
        for name in ("spool", "mail"):
            (folder / name).mkdir()
            (folder / name).chmod(0o777)
        folder.chmod(0o777)
        self.configuration = CONFIGURATION.format(
            folder=folder, port=self.port, certificate=certificate, key=key, login="no" if security == "none" else "yes",
            tls_hosts="" if security == "none" else "*", implicit_port=self.port if security == "implicit" else "",
            authorities=authorities, authenticator=authenticator,
        )
        self.program = Program(root.command("/usr/sbin/exim4", "-bdf"), folder / "output.log")

    def start(self):
        # Exim keeps its rights only with the configuration that it was built for.
        self.root.run("sh", "-c", "cat > /etc/exim4/exim4.conf && chmod 644 /etc/exim4/exim4.conf", data=self.configuration)
        self.root.run("chown", "-R", "Debian-exim", self.folder / "spool", self.folder)
        self.program.start()
        wait_until(lambda: is_listening(self.port), 20, "Exim's port", describe=self.log)
        return self

    def stop(self):
        self.program.stop()

    def log(self):
        return self.program.output() + "".join(path.read_text() for path in self.folder.glob("log-*"))

    def inbox(self):
        """The files of the mail that has arrived."""
        return list((self.folder / "mail" / "inbox" / "new").glob("*"))
