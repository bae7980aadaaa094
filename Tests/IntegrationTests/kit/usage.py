# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""What a process takes of the machine, from /proc."""

import os
import re
import time


class Usage:
    """Looks at one process."""

    def __init__(self, pid):
        self.folder = f"/proc/{pid}"

    def _status(self, folder, name):
        with open(f"{folder}/status") as file:
            return int(re.search(rf"(?m)^{name}:\s*(\d+)", file.read()).group(1))

    @property
    def peak_memory(self):
        """The largest resident set size so far, in bytes."""
        return self._status(self.folder, "VmHWM") * 1024

    @property
    def threads(self):
        return self._status(self.folder, "Threads")

    @property
    def descriptors(self):
        return len(os.listdir(f"{self.folder}/fd"))

    @property
    def wakeups(self):
        """How often its threads have waited for something, so far."""
        tasks = f"{self.folder}/task"
        return sum(self._status(f"{tasks}/{each}", "voluntary_ctxt_switches") for each in os.listdir(tasks))

    @property
    def cpu_seconds(self):
        """User and system time so far."""
        with open(f"{self.folder}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def during(self, seconds):
        """The wake-ups and the CPU seconds of the next seconds: a busy loop has thousands of the one, or much of the other."""
        before = self.wakeups, self.cpu_seconds
        time.sleep(seconds)
        return self.wakeups - before[0], self.cpu_seconds - before[1]
