# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Where the programs under test are."""

import os
import pathlib

PROJECT = pathlib.Path(__file__).resolve().parents[3]


def binaries():
    """The folder with smtpqd and smtpq: $SMTPQD_BINARIES, else the newest build in the project."""
    chosen = os.environ.get("SMTPQD_BINARIES")
    candidates = [pathlib.Path(chosen)] if chosen else [PROJECT / ".build" / each for each in ("release", "debug")]
    for folder in candidates:
        if (folder / "smtpqd").is_file() and (folder / "smtpq").is_file():
            return folder
    raise AssertionError(f"no smtpqd and smtpq in {', '.join(map(str, candidates))}: build first, see scripts/test")
