# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""A command with everything that it starts: what it takes of the machine, and its sure end."""

import itertools
import os
import pathlib

from kit.processes import Program
from kit.waiting import wait_until

NUMBERS = itertools.count(1)
# Enters the group before anything is started, so that nothing escapes from it.
ENTER = 'echo 0 > "$0"/cgroup.procs && exec "$@"'


def own_group():
    """The folder of this process's control group (version 2): only there the time of ended processes stays known."""
    for line in pathlib.Path("/proc/self/mounts").read_text().splitlines():
        _, mounted, kind, *_ = line.split()
        if kind == "cgroup2":
            groups = pathlib.Path("/proc/self/cgroup").read_text().splitlines()
            return pathlib.Path(mounted + next(each[3:] for each in groups if each.startswith("0::")))
    raise SystemExit("scripts/bench needs control groups, version 2: the machine has not mounted them")


class Contained:
    """A command in a control group of its own. `stop` ends all that it has started, whoever its parent is now."""

    def __init__(self, command, log, environment=None):
        self.group = own_group() / f"smtpqd-bench-{os.getpid()}-{next(NUMBERS)}"
        self.program = Program(["sh", "-c", ENTER, self.group, *command], log, environment)
        self.peak_memory = 0

    def start(self):
        self.group.mkdir()
        self.program.start()
        # What has not entered the group yet could not be ended with it.
        wait_until(lambda: self.processes() or not self.program.is_running, 20, "the group to be entered", 0.001)
        return self

    def stop(self):
        """End all of it at once."""
        (self.group / "cgroup.kill").write_text("1")
        self.program.wait()
        wait_until(self.remove_group, 20, "the end of all processes")

    def remove_group(self):
        try:
            self.group.rmdir()
        except OSError:
            return False
        return True

    def processes(self):
        """The process ids of all that run now."""
        return [int(line) for line in (self.group / "cgroup.procs").read_text().split()]

    def has_ended(self):
        """Whether the command and all that it has started are over."""
        return not self.program.is_running and not self.processes()

    def cpu_seconds(self):
        """User and system time so far, of processes that have ended too."""
        fields = dict(line.split() for line in (self.group / "cpu.stat").read_text().splitlines())
        return int(fields["usage_usec"]) / 1e6

    def look_at_memory(self):
        """Note the memory of all now in `peak_memory`, in bytes: what they share counts once (proportional set size)."""
        self.peak_memory = max(self.peak_memory, sum(map(proportional_set_size, self.processes())))


def proportional_set_size(pid):
    try:
        with open(f"/proc/{pid}/smaps_rollup") as file:
            return next(int(line.split()[1]) << 10 for line in file if line.startswith("Pss:"))
    except (OSError, StopIteration):
        return 0
