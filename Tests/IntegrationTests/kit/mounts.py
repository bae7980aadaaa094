# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""File systems in memory, mounted for the time of a test."""

import subprocess


def mount(*arguments):
    subprocess.run(["mount", *map(str, arguments)], check=True)


def unmount(path):
    """Take the file system from its path; whoever has it open keeps it."""
    subprocess.run(["umount", "-l", str(path)], check=True)


def mount_memory(case, path, mebibytes=64):
    """Mount an empty file system at `path` until the end of the test."""
    mount("-t", "tmpfs", "-o", f"size={mebibytes}m,mode=0755", "none", path)
    case.addCleanup(subprocess.run, ["umount", "-l", str(path)], stderr=subprocess.DEVNULL)
