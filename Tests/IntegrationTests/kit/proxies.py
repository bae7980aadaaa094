# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Proxies from the distribution: Dante (SOCKS 4 and 5), OpenSSH (SOCKS 4a), microsocks (SOCKS 5), tinyproxy (HTTP CONNECT)."""

import contextlib
import getpass
import os
import pathlib
import subprocess

from .processes import Program
from .waiting import wait_until
from .workspace import free_port, is_listening

DANTE = """\
logoutput: stdout
internal: 127.0.0.1 port = {port}
external: 127.0.0.1
clientmethod: none
socksmethod: {method}
user.privileged: root
user.unprivileged: nobody
client pass {{
    from: 127.0.0.0/8 to: 0.0.0.0/0
}}
socks {verdict} {{
    from: 127.0.0.0/8 to: 0.0.0.0/0
    protocol: tcp
    command: connect
    log: connect error
}}
"""

SSHD = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
PidFile none
StrictModes no
UsePAM no
PermitRootLogin yes
PasswordAuthentication no
"""

TINYPROXY = """\
Port {port}
Listen 127.0.0.1
Timeout 60
MaxClients 20
LogLevel Connect
Allow 127.0.0.1
{more}
"""


class Proxy:
    """A proxy on a loopback port of its own."""

    def __init__(self, folder, arguments, port):
        self.port = port
        self.program = Program(arguments, folder / f"proxy-{port}.log")

    def start(self):
        self.program.start()
        wait_until(lambda: is_listening(self.port), 20, "the proxy to listen", describe=self.program.output)
        return self

    def stop(self):
        if self.program.is_running:
            self.program.signal(15)
            # Dante's exit status is that of the signal.
            self.program.wait(20)

    def log(self):
        return self.program.output()


def dante(folder, method="none", verdict="pass"):
    """Dante; with the method "username" it takes the system's users, with the verdict "block" nobody gets through."""
    port = free_port()
    configuration = folder / f"danted-{port}.conf"
    configuration.write_text(DANTE.format(port=port, method=method, verdict=verdict))
    return Proxy(folder, ["danted", "-f", configuration, "-p", folder / f"danted-{port}.pid", "-N", "1"], port)


def microsocks(folder, user, password):
    """microsocks, which demands a login."""
    port = free_port()
    arguments = ["microsocks", "-i", "127.0.0.1", "-p", port, "-u", user, "-P", password]
    return Proxy(folder, arguments, port)


class OpenSSH:
    """OpenSSH with dynamic forwarding: a client that is the proxy, and the server it goes through."""

    def __init__(self, folder):
        self.port = free_port()
        server_port = free_port()
        for key in ["host", "user"]:
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / key], check=True)
        configuration = folder / "sshd.conf"
        configuration.write_text(SSHD.format(port=server_port, folder=folder))
        self.server = Proxy(folder, ["/usr/sbin/sshd", "-D", "-e", "-f", configuration], server_port)
        options = ["UserKnownHostsFile=/dev/null", "StrictHostKeyChecking=no", "IdentitiesOnly=yes", "BatchMode=yes"]
        self.client = Proxy(
            folder,
            [
                "ssh", "-vv", "-F", "none", "-N", "-D", f"127.0.0.1:{self.port}", "-p", server_port, "-i", folder / "user",
                *[f"-o{each}" for each in options], f"{getpass.getuser()}@127.0.0.1",
            ],
            self.port,
        )

    def start(self):
        if os.geteuid() == 0:
            # Where the server, as root, keeps its children.
            pathlib.Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        self.server.start()
        self.client.start()
        return self

    def stop(self):
        self.client.stop()
        self.server.stop()

    def log(self):
        return self.client.log()


def tinyproxy(folder, login=None, connect_port=None, port=None):
    """tinyproxy, perhaps with a login, perhaps for one port alone."""
    port = port or free_port()
    more = []
    if login:
        more.append("BasicAuth {} {}".format(*login))
    if connect_port:
        more.append(f"ConnectPort {connect_port}")
    configuration = folder / f"tinyproxy-{port}.conf"
    configuration.write_text(TINYPROXY.format(port=port, more="\n".join(more)))
    return Proxy(folder, ["tinyproxy", "-d", "-c", configuration], port)


@contextlib.contextmanager
def system_user(password):
    """A user of the system with a password, for as long as the block lasts; needs root."""
    name = f"smtpqd-test-{os.getpid()}"
    coded = subprocess.run(
        ["openssl", "passwd", "-6", "-stdin"], input=password, capture_output=True, text=True, check=True
    ).stdout.strip()
    subprocess.run(["useradd", "--no-create-home", "--shell", "/usr/sbin/nologin", "--password", coded, name], check=True)
    try:
        yield name
    finally:
        subprocess.run(["userdel", name], check=True, capture_output=True)
