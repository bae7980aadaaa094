# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The library for other languages as it is installed, and programs that use it."""

import os
import pathlib
import subprocess

from .binaries import PROJECT, binaries

SOURCES = pathlib.Path(__file__).resolve().parents[1] / "procedural"
C = ["gcc", "-std=c99"]
CPP = ["g++", "-std=c++17"]


class Library:
    """The library, its header and its bindings under a folder, found as programs find them: by pkg-config."""

    def __init__(self, folder):
        self.folder, root = folder, folder / "root"
        subprocess.run(
            [PROJECT / "scripts" / "install", "--prefix", "/usr", "--binaries", binaries()],
            env={**os.environ, "DESTDIR": str(root)}, check=True, capture_output=True, timeout=60,
        )
        self.file = root / "usr/lib/libsmtp_component.so.1"
        # Valgrind cannot read the debugging information that Swift writes.
        subprocess.run(["strip", "--strip-debug", self.file], check=True)
        self.environment = {
            **os.environ, "LD_LIBRARY_PATH": str(self.file.parent), "BINDINGS": str(root / "usr/share/smtpqd/bindings"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        flags = subprocess.run(
            ["pkg-config", "--cflags", "--libs", "smtp_component"], check=True, capture_output=True, text=True,
            env={
                **os.environ, "PKG_CONFIG_PATH": str(root / "usr/lib/pkgconfig"), "PKG_CONFIG_SYSROOT_DIR": str(root),
                "PKG_CONFIG_ALLOW_SYSTEM_CFLAGS": "1", "PKG_CONFIG_ALLOW_SYSTEM_LIBS": "1",
            },
        )
        self.flags = flags.stdout.split()

    def compile(self, compiler, source, *options):
        """Compile a program of the folder procedural, strictly; return its path."""
        program = self.folder / f"{source}{''.join(options)}"
        subprocess.run(
            [
                *compiler, "-g", "-pedantic", "-Wall", "-Wextra", "-Werror", "-pthread", *options, SOURCES / source, "-o", program,
                *self.flags,
            ],
            check=True, capture_output=True, text=True, timeout=60,
        )
        return program

    def run(self, *command, seconds=120):
        """Run a command to its end; return its output."""
        result = subprocess.run(
            [str(each) for each in command], env=self.environment, capture_output=True, text=True, timeout=seconds,
            encoding="utf-8",
        )
        if result.returncode != 0:
            raise AssertionError(f"{command[0]}: {result.returncode}\n{result.stdout[-3000:]}\n{result.stderr[-3000:]}")
        return result.stdout
