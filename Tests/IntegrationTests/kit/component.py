# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The class SMTP, driven through the test program ComponentDriver."""

import json
import os
import subprocess
import threading

from .binaries import binaries
from .waiting import wait_until

MECHANISMS = ("LOGIN", "CRAM-MD5", "NTLM", "APOP", "PLAIN", "DIGEST-MD5", "GSSAPI", "XOAUTH2")
"""What the numbers of AuthMechanism mean."""
PROXIES = {"tunnel": 1, "socks4": 2, "socks5": 3}
"""The numbers of FirewallType."""


class ComponentError(Exception):
    """An error of the class."""

    def __init__(self, code, text):
        super().__init__(f"{code}: {text}")
        self.code, self.text = code, text


class Component:
    """One component. Its properties are set and read as items, its methods called by their names."""

    def __init__(self, environment=None, **properties):
        self.lines = []
        """Everything it has written: events, and answers to orders."""
        self._process = subprocess.Popen(
            [binaries() / "ComponentDriver"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, **(environment or {})},
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.set(**properties)

    def _read(self):
        for line in self._process.stdout:
            self.lines.append(json.loads(line))

    def close(self):
        """End it."""
        if not self._process.stdin.closed:
            self._process.stdin.close()
        self._process.wait(30)
        self._reader.join(10)
        self._process.stdout.close()

    # Orders

    def begin(self, verb, name, argument=None):
        """Give an order; return how to wait for its answer."""
        mark = len(self.lines)
        order = f"{verb} {name}"
        self._process.stdin.write(order + ("\n" if argument is None else f" {json.dumps(str(argument))}\n"))
        self._process.stdin.flush()

        def answer(seconds=60):
            found = wait_until(
                lambda: next((each for each in self.lines[mark:] if each.get("done") == order), None), seconds,
                f"the end of {order}", describe=lambda: self.lines[-20:],
            )
            if "code" in found:
                raise ComponentError(found["code"], found["error"])
            return found.get("value")

        return answer

    def call(self, method, argument=None):
        """Call a method; return its value."""
        return self.begin("call", method, argument)()

    def start(self, method, argument=None):
        """Call a method, and return how to wait for its end."""
        return self.begin("start", method, argument)

    def set(self, **properties):
        """Set properties, in their order."""
        for name, value in properties.items():
            self[name] = value

    def config(self, **settings):
        """Set settings; return the last value."""
        value = None
        for name, given in settings.items():
            value = self.call("Config", f"{name}={given}")
        return value

    def __setitem__(self, name, value):
        self.begin("set", name, value)()

    def __getitem__(self, name):
        return self.begin("get", name)()

    # What it tells

    def events(self, kind=None):
        """The events so far, all or of one kind."""
        return [each for each in self.lines if "event" in each and kind in (None, each["event"])]

    @property
    def trail(self):
        """The lines of the protocol."""
        return ["CSI"[each["Direction"]] + ": " + each["Message"] for each in self.events("PITrail")]
