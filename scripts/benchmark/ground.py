# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The ground of all measurements: one disk, one sink, a root for each set of packages."""

import contextlib
import shutil
import time

from kit.throwaway_root import ThrowawayRoot
from kit.waiting import wait_until
from kit.workspace import Workspace

from .host import Host
from .programs import build
from .sink import Sink


class Ground:
    """Where contenders run. Close it: then nothing of them is left."""

    def __init__(self):
        self.workspace = Workspace("bench")
        self.shared = self.workspace.folder("shared")
        self.programs = build(self.workspace.folder("shared/programs"))
        self.roots = {(): Host()}
        self.rounds = 0

    def close(self):
        for root in self.roots.values():
            root.stop()
        self.workspace.close()

    def contender(self, kind, **options):
        """Make a contender, in the root with its packages."""
        if kind.packages not in self.roots:
            print(f"installing {' '.join(kind.packages)} into a throw-away root", flush=True)
            folder = self.workspace.folder(f"roots/{'-'.join(kind.packages)}")
            self.roots[kind.packages] = ThrowawayRoot(folder, self.shared, kind.packages).start()
        return kind(self.roots[kind.packages], self.programs, **options)

    @contextlib.contextmanager
    def round(self, contender, **options):
        """A fresh folder with a sink, and the contender prepared for it. Yields the sink; then everything ends."""
        self.rounds += 1
        folder = self.workspace.folder(f"shared/{self.rounds}")
        with contextlib.ExitStack() as cleanup:
            cleanup.callback(shutil.rmtree, folder, ignore_errors=True)
            sink = Sink(folder, self.programs)
            cleanup.callback(sink.stop)
            contender.prepare(folder, sink.port)
            cleanup.callback(contender.stop)
            contender.configure(**options)
            yield sink


def watch(condition, contender, seconds=60, every=0.002):
    """Wait for a condition while a contender runs; look at its memory now and then."""
    next_look = 0

    def look():
        nonlocal next_look
        if time.monotonic() < next_look:
            return condition()
        contender.group.look_at_memory()
        next_look = time.monotonic() + 0.1
        has_ended = not contender.group.processes()
        if not condition() and has_ended:
            raise AssertionError(f"{contender.name} has ended:\n{contender.describe()}")
        return condition()

    wait_until(look, seconds, contender.name, every, contender.describe)


def repeat(contender, count, parallel, command, message):
    """Run a contender's command many times with a message on its input.

    Returns the seconds of all, the CPU seconds of all, and when (in nanoseconds) each began and how long it took.
    """
    figures = contender.folder / "figures"
    program = contender.run([contender.programs / "repeat", figures, count, parallel, message, *command], "repeat")
    if program.wait(120) != 0:
        raise AssertionError(f"{contender.name}: {program.output()}")
    (taken, cpu), *runs = [tuple(map(int, line.split())) for line in figures.read_text().splitlines()]
    return taken / 1e9, cpu / 1e9, runs
