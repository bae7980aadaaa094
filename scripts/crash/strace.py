# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Running a program under strace, which kills it at a system call or makes the call fail."""

import collections
import dataclasses
import os
import re
import signal
import subprocess

# "4711 fsync(3</queue>) = 0"; a call that another thread interrupts has a second line, which is no call.
CALLS = re.compile(r"^(\d+) +(\w+)\(", re.MULTILINE)


@dataclasses.dataclass(frozen=True)
class Point:
    """The N-th call of one kind by one thread."""

    call: str
    number: int

    def kill(self):
        """The option that ends the process before the call is made."""
        return f"--inject={self.call}:signal=KILL:when={self.number}"

    def fail(self, error, forever=False):
        """The option that makes the call fail: this one, or all from it on."""
        return f"--inject={self.call}:error={error}:when={self.number}{'+' if forever else ''}"


class Strace:
    """A command under strace, as our own child: strace stands behind it and can be taken away."""

    def __init__(self, command, log, *options, paths=(), output=subprocess.PIPE, data=b"", cwd=None):
        selected = [word for path in paths for word in ("-P", str(path))]
        self.log = log
        self.process = subprocess.Popen(
            ["strace", "-D", "-I", "waiting", "-f", "-qqq", "-y", "-o", log, *selected, "-e", "trace=%file,%desc", *options, *map(str, command)],
            stdin=subprocess.PIPE if data else subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd=cwd,
        )
        self.data = data

    @property
    def was_killed(self):
        return self.process.poll() == -signal.SIGKILL

    def finish(self, seconds=30):
        """Wait for the end; return the exit status and the output."""
        output, _ = self.process.communicate(self.data or None, timeout=seconds)
        return self.process.returncode, output.decode(errors="replace") if output else ""

    def release(self):
        """Take strace away: from now on nothing fails."""
        with open(f"/proc/{self.process.pid}/status") as file:
            tracer = next(int(line.split()[1]) for line in file if line.startswith("TracerPid:"))
        if tracer:
            os.kill(tracer, signal.SIGTERM)


def points(log, path):
    """The calls of a finished run that touch `path` or what lies in it, in their order."""
    counts, found = collections.Counter(), []
    for line in log.read_text(errors="replace").splitlines():
        if match := CALLS.match(line):
            thread, call = match.groups()
            counts[thread, call] += 1
            if f"<{path}>" in line or f"<{path}/" in line or f'"{path}"' in line:
                found.append(Point(call, counts[thread, call]))
    return found
