# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""A control group for all that a contender starts: what it takes of the machine, and its sure end."""

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


class ControlGroup:
    """The processes of one contender in one round, whoever their parents are."""

    def __init__(self):
        self.path = own_group() / f"smtpqd-bench-{os.getpid()}-{next(NUMBERS)}"
        self.path.mkdir()
        self.programs = []
        self.peak_memory = 0

    def start(self, command, log, environment):
        """Start a command in it."""
        program = Program(["sh", "-c", ENTER, self.path, *command], log, environment).start()
        self.programs.append(program)
        # What has not entered the group yet could not be ended with it.
        wait_until(lambda: program.pid in self.processes() or not program.is_running, 20, "the group to be entered", 0.001)
        return program

    def kill(self):
        """End all of it at once."""
        (self.path / "cgroup.kill").write_text("1")
        for program in self.programs:
            program.wait()
        self.programs.clear()
        wait_until(lambda: "populated 0" in (self.path / "cgroup.events").read_text(), 20, "the end of all processes")

    def remove(self):
        self.kill()
        self.path.rmdir()

    def processes(self):
        """The process ids of all that run now."""
        return [int(line) for line in (self.path / "cgroup.procs").read_text().split()]

    def cpu_seconds(self):
        """User and system time so far, of processes that have ended too."""
        fields = dict(line.split() for line in (self.path / "cpu.stat").read_text().splitlines())
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
