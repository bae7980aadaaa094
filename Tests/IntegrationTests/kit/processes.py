# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Starting a program, keeping its output, ending it by its process id."""

import os
import pathlib
import signal
import subprocess

from .waiting import wait_until


class Program:
    """A program that runs beside the test. Its standard output and error go to one log file."""

    def __init__(self, arguments, log, environment=None):
        self.arguments = [str(argument) for argument in arguments]
        self.log = log
        self.environment = environment
        self.process = None

    @property
    def pid(self):
        return self.process.pid

    @property
    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def start(self):
        with open(self.log, "ab") as output:
            self.process = subprocess.Popen(
                self.arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                env={**os.environ, **(self.environment or {})},
            )
        return self

    def signal(self, number):
        self.process.send_signal(number)

    def freeze(self):
        """Stop every thread, until SIGCONT; return when the last one stands still."""
        self.signal(signal.SIGSTOP)
        tasks = pathlib.Path(f"/proc/{self.pid}/task")
        # The state is the first word behind the name, which stands in brackets.
        wait_until(
            lambda: all((task / "stat").read_text().rpartition(")")[2].split()[0] == "T" for task in tasks.iterdir()),
            10,
            "all threads to stand still",
        )

    def wait(self, seconds=30):
        """Wait for the end; return the exit status."""
        return self.process.wait(seconds)

    def stop(self, seconds=30):
        """Ask for an orderly end; return the exit status. After the deadline: kill, and fail."""
        if not self.is_running:
            return self.process.returncode if self.process else None
        self.process.terminate()
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.arguments[0]} did not end within {seconds} s of SIGTERM") from None

    def kill(self):
        """End it at once (SIGKILL)."""
        if self.is_running:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def output(self):
        """Everything printed so far."""
        try:
            return self.log.read_text(errors="replace")
        except FileNotFoundError:
            return ""

    def wait_for_output(self, text, seconds=30, after=0):
        """Wait until `text` stands in the output behind position `after`."""
        wait_until(
            lambda: text in self.output()[after:], seconds, f"{text!r} in the output of {self.arguments[0]}",
            describe=lambda: self.output()[-3000:],
        )
