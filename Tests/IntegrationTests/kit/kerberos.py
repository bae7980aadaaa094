# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""A private Kerberos realm: MIT's KDC on a loopback port, its principals in keytabs."""

import os
import subprocess

from .processes import Program
from .waiting import wait_until
from .workspace import free_port, is_listening

CLIENT = """\
[libdefaults]
    default_realm = {realm}
    dns_lookup_kdc = false
    dns_lookup_realm = false
    dns_canonicalize_hostname = false
    rdns = false
    udp_preference_limit = 1
    default_ccache_name = MEMORY:
[realms]
    {realm} = {{
        kdc = 127.0.0.1:{port}
    }}
[domain_realm]
    localhost = {realm}
"""

SERVER = """\
[kdcdefaults]
    kdc_listen = 127.0.0.1:{port}
    kdc_tcp_listen = 127.0.0.1:{port}
[realms]
    {realm} = {{
        database_name = {folder}/principal
        key_stash_file = {folder}/stash
        acl_file = {folder}/acl
    }}
"""


class Kerberos:
    """A realm of its own. `environment` is that of programs that belong to it."""

    realm = "SMTPQD.TEST"

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        values = {"realm": self.realm, "port": self.port, "folder": folder}
        (folder / "krb5.conf").write_text(CLIENT.format(**values))
        (folder / "kdc.conf").write_text(SERVER.format(**values))
        self.environment = {"KRB5_CONFIG": str(folder / "krb5.conf"), "KRB5RCACHETYPE": "none"}
        server = {**self.environment, "KRB5_KDC_PROFILE": str(folder / "kdc.conf")}
        self._environment = {**os.environ, **server}
        self._run("kdb5_util", "create", "-s", "-W", "-P", "master")
        self.program = Program(["krb5kdc", "-n"], folder / "kdc.log", server)

    def _run(self, *command):
        subprocess.run(command, env=self._environment, check=True, capture_output=True, text=True, timeout=60)

    def keytab(self, principal):
        """Make a principal with a random key; return a keytab that everybody on this host may read."""
        path = self.folder / f"{principal.replace('/', '-')}.keytab"
        self._run("kadmin.local", "-q", f"addprinc -randkey {principal}")
        self._run("kadmin.local", "-q", f"ktadd -k {path} {principal}")
        path.chmod(0o644)
        return path

    def start(self):
        self.program.start()
        wait_until(lambda: is_listening(self.port), 20, "the KDC's port", describe=self.program.output)
        return self

    def stop(self):
        self.program.stop()
