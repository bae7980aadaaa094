# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The small C programs of the measurements, built when they are needed."""

import pathlib
import subprocess

SOURCES = pathlib.Path(__file__).resolve().parent / "programs"


def build(folder):
    """Compile them all into a folder; return it."""
    for source in SOURCES.glob("*.c"):
        command = ["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-o", folder / source.stem, source]
        subprocess.run(list(map(str, command)), check=True)
    return folder
