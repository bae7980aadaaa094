# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""A private Postfix on a loopback port that delivers every address into one maildir, bytes unchanged."""

import os
import re
import subprocess

from .waiting import wait_until
from .workspace import free_port, is_listening

# Postfix keeps its own queue, data and configuration under one folder; nothing of the system's instance is used.
MAIN = """\
compatibility_level = 3.6
config_directory = {folder}/etc
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file_prefixes = {folder}, /dev/stdout
maillog_file = {folder}/postfix.log
myhostname = relay.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
message_size_limit = 60000000
mailbox_size_limit = 0
virtual_mailbox_limit = 0
in_flow_delay = 0
smtpd_client_connection_count_limit = 0
smtpd_delay_reject = no
"""

INBOX = """\
virtual_mailbox_domains = static:all
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = static:inbox/
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
"""

TLS = """\
smtpd_tls_security_level = {level}
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtpd_tls_auth_only = yes
smtpd_tls_loglevel = 1
smtpd_tls_received_header = yes
"""

LOGIN = """\
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {socket}
smtpd_sasl_security_options = noanonymous
smtpd_relay_restrictions = permit_sasl_authenticated, reject
"""

OPEN = """\
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
"""

# type private unprivileged chroot wakeup maxproc command
MASTER = """\
127.0.0.1:{port} inet n - n - {processes} smtpd{options}
cleanup    unix  n - n -    0 cleanup
qmgr       unix  n - n 300  1 qmgr
tlsmgr     unix  - - n 1000? 1 tlsmgr
rewrite    unix  - - n -    - trivial-rewrite
bounce     unix  - - n -    0 bounce
defer      unix  - - n -    0 bounce
trace      unix  - - n -    0 bounce
verify     unix  - - n -    1 verify
proxymap   unix  - - n -    - proxymap
smtp       unix  - - n -    {processes} smtp
error      unix  - - n -    - error
retry      unix  - - n -    - error
discard    unix  - - n -    - discard
virtual    unix  - n n -    - virtual
anvil      unix  - - n -    1 anvil
showq      unix  n - n -    - showq
postlog    unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """One Postfix instance: `settings` are further lines of main.cf, `options` arguments of its smtpd."""

    def __init__(self, folder, settings="", options="", port=None, processes=50):
        self.folder = folder
        self.port = port or free_port()
        for name in ("etc", "queue", "data", "mail"):
            (folder / name).mkdir()
        (folder / "mail").chmod(0o777)
        subprocess.run(["chown", "postfix", folder / "data"], check=True)
        self.etc = folder / "etc"
        (self.etc / "main.cf").write_text(MAIN.format(folder=folder) + settings.format(folder=folder))
        (self.etc / "master.cf").write_text(
            MASTER.format(port=self.port, processes=processes, options="".join(f" -o {each}" for each in options.split()))
        )

    def command(self, *arguments):
        """Run postfix(1) on this instance."""
        return subprocess.run(
            ["postfix", "-c", self.etc, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
        )

    def start(self):
        result = self.command("start")
        if result.returncode != 0:
            raise AssertionError(f"postfix did not start:\n{result.stdout}{result.stderr}{self.log()}")
        wait_until(lambda: is_listening(self.port), 20, "Postfix's port", describe=self.log)
        return self

    def stop(self):
        self.command("stop")
        wait_until(lambda: self.command("status").returncode != 0, 20, "the end of Postfix", describe=self.log)

    def log(self):
        path = self.folder / "postfix.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def inbox(self):
        """Return the files of the mail that has arrived."""
        new = self.folder / "mail" / "inbox" / "new"
        return [new / name for name in os.listdir(new)] if new.is_dir() else []

    def queue_length(self):
        """Return how many messages Postfix still holds."""
        return sum(
            len(files)
            for name in ("maildrop", "incoming", "active", "deferred", "hold")
            for _, _, files in os.walk(self.folder / "queue" / name)
        )

    def accepted_count(self):
        """Return how many messages Postfix has taken, after its log."""
        return len(re.findall(r"postfix/qmgr\[\d+\]: \w+: from=", self.log()))
