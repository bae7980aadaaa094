# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""smtpqd on a private queue directory, and smtpq beside it."""

import json
import os
import signal
import subprocess

from . import logfmt
from .binaries import binaries
from .event_kinds import KINDS
from .processes import Program
from .queue_directory import QueueDirectory
from .waiting import wait_until


TOP_LEVEL = {
    "keep": "KeepQueue",
    "retry": "RetryIntervals",
    "max_age": "MaxAge",
    "max_size": "MaxMessageSize",
    "stop_grace": "StopGrace",
    "reports": "Reports",
    "report_from": "ReportFrom",
    "delay_report_after": "DelayReportAfter",
    "max_reports": "MaxReportsPerHour",
    "metrics_listen": "MetricsListen",
    "metrics_file": "MetricsFile",
    "metrics_interval": "MetricsInterval",
    "default_domain": "DefaultDomain",
    "local_domains": "LocalDomains",
    "alias_file": "AliasFile",
    "aliases": "Aliases",
    "envelope_from": "EnvelopeFrom",
}
RELAY = {
    "server": "MailServer",
    "port": "MailPort",
    "tls": "TLS",
    "authorities": "TLSCAFile",
    "client_certificate": "TLSClientCertificate",
    "client_key": "TLSClientKey",
    "user": "User",
    "token": "Token",
    "token_file": "TokenFile",
    "token_command": "TokenCommand",
    "mechanism": "AuthMechanism",
    "pinned_keys": "TLSPinnedKeys",
    "proof": "TLSProof",
    "firewall": "FirewallType",
    "firewall_host": "FirewallHost",
    "firewall_port": "FirewallPort",
    "firewall_auto_detect": "FirewallAutoDetect",
    "firewall_data": "FirewallData",
    "clear_text_login": "AllowClearTextLogin",
    "connections": "Connections",
    "timeout": "Timeout",
    "connect_timeout": "ConnectionTimeout",
    "weight": "Weight",
    "messages_per_second": "MessagesPerSecond",
    "messages_per_connection": "MessagesPerConnection",
}


def toml(value):
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{toml(key)} = {toml(each)}" for key, each in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(str(value), ensure_ascii=True)


def configuration(settings, relays, routes):
    """The text of a configuration file: top-level settings, then the relays and routes."""
    lines = [f"{key} = {toml(value)}" for key, value in settings.items()]
    for name, tables in (("Relay", relays), ("Route", routes)):
        for table in tables:
            lines += ["", f"[[{name}]]", *(f"{key} = {toml(value)}" for key, value in table.items())]
    return "\n".join([*lines, ""])


class Daemon:
    """One queue directory with its configuration file, and the daemon that serves it."""

    def __init__(self, folder, port, **options):
        self.folder = folder
        (folder / "queue").mkdir(exist_ok=True)
        self.queue = QueueDirectory(folder / "queue")
        self.configuration = folder / "smtpqd.toml"
        # A test sees its own messages alone; those of reports turn them on.
        self.settings = {"QueueDir": self.queue.path, "Reports": False}
        self.relay = {"Name": "primary", "MailServer": "localhost", "MailPort": port, "TLS": "none"}
        self.further_relays = []
        self.routes = []
        self.program = Program(
            [binaries() / "smtpqd", "--foreground", "--config", self.configuration], folder / "smtpqd.log"
        )
        self.configure(**options)

    def configure(self, login=None, firewall_login=None, **options):
        """Write the configuration file, with changes. `login` and `firewall_login` are a user and a password; options are
        settings of smtpqd.toml under the names of `TOP_LEVEL` and `RELAY`, None takes one away."""
        if login:
            self.relay["User"] = login[0]
            self.relay["PasswordFile"] = self.password_file(login[1])
        if firewall_login:
            self.relay["FirewallUser"] = firewall_login[0]
            self.relay["FirewallPasswordFile"] = self.password_file(firewall_login[1], "firewall-password")
        for name, value in options.items():
            table, key = (self.settings, TOP_LEVEL[name]) if name in TOP_LEVEL else (self.relay, RELAY[name])
            table[key] = value
            if value is None:
                del table[key]
        self.configuration.write_text(configuration(self.settings, [self.relay, *self.further_relays], self.routes))
        self.configuration.chmod(0o600)

    def add_relay(self, name, port, **options):
        """Add a relay behind those before, with options under the names of `RELAY`."""
        relay = {"Name": name, "MailServer": "localhost", "MailPort": port, "TLS": "none"}
        self.further_relays.append({**relay, **{RELAY[key]: value for key, value in options.items()}})
        self.configure()

    def route(self, *routes):
        """Set the routes, each a table of smtpqd.toml."""
        self.routes = list(routes)
        self.configure()

    def password_file(self, password, name="password"):
        """Write a file with a password that only its owner may read."""
        path = self.folder / name
        path.write_text(password + "\n")
        path.chmod(0o600)
        return path

    # Life

    def start(self):
        """Start, and wait until the daemon holds the queue directory and serves it."""
        status = self.queue.path / ".status"
        before = status.stat().st_ino if status.exists() else None
        self.program.start()

        def serving():
            if not self.program.is_running:
                raise AssertionError(f"smtpqd ended with {self.program.process.returncode}:\n{self.program.output()}")
            return status.exists() and status.stat().st_ino != before and self.status()["pid"] == self.program.pid

        wait_until(serving, 20, "smtpqd to serve", describe=self.program.output)
        return self

    def stop(self):
        """End in order; return the exit status."""
        return self.program.stop()

    def kill(self):
        """SIGKILL."""
        self.program.kill()

    def reload(self):
        """SIGHUP."""
        self.program.signal(signal.SIGHUP)

    def close(self):
        """At the end of a test: no daemon stays."""
        if self.program.is_running:
            self.program.signal(signal.SIGCONT)
            self.program.stop()

    # What it tells

    def status(self):
        """The status file that the daemon keeps."""
        return json.loads((self.queue.path / ".status").read_text())

    def log(self, kind=None):
        """The log entries, all or of one kind of event (a case of LogEventKind)."""
        found = logfmt.entries(self.program.output())
        return [each for each in found if kind is None or each.get("MESSAGE_ID") == KINDS[kind]]

    def wait_for_log(self, kind, seconds=30, count=1):
        """Wait until at least `count` entries of a kind are in the log; return them."""
        return wait_until(
            lambda: (found := self.log(kind)) if len(self.log(kind)) >= count else None,
            seconds, f"{count} log entries of kind {kind}", describe=lambda: self.program.output()[-4000:],
        )

    def wait_for_empty_queue(self, seconds=60):
        """Wait until nothing is queued or being sent."""
        wait_until(
            lambda: self.queue.waiting == 0, seconds, "an empty queue",
            describe=lambda: f"{self.queue.counts()}\n{self.program.output()[-3000:]}",
        )

    def smtpq(self, *arguments, queue=None, **options):
        """Run smtpq on this queue directory, or another one."""
        environment = {"SMTPQ_QUEUEDIR": str(queue or self.queue.path), "SMTPQ_CONFIG": str(self.configuration)}
        return smtpq(*arguments, environment=environment, **options)


def smtpq(*arguments, data=b"", check=True, environment=None):
    """Run smtpq with `data` as its input; return the finished process with its output as text.

    With `check`, an exit status other than 0 is a failure.
    """
    result = subprocess.run(
        [str(binaries() / "smtpq"), *map(str, arguments)], input=data, capture_output=True, timeout=60,
        env={**os.environ, **(environment or {})},
    )
    result.stdout, result.stderr = result.stdout.decode(errors="replace"), result.stderr.decode(errors="replace")
    if check and result.returncode != 0:
        raise AssertionError(f"smtpq {' '.join(map(str, arguments))}: exit status {result.returncode}\n{result.stderr}")
    return result
