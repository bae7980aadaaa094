# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The installed service on the machine that these tests run on: a throw-away one."""

import functools
import json
import pathlib
import subprocess

from kit.binaries import PROJECT, binaries
from kit.waiting import wait_until

QUEUE = pathlib.Path("/var/spool/smtpq")
CONFIGURATION = pathlib.Path("/etc/smtpqd/smtpqd.toml")
DROP_IN = pathlib.Path("/etc/systemd/system/smtpqd.service.d/test.conf")


def run(*arguments, check=True, data=None, timeout=60):
    """Run a command; with `check`, fail with its output on an exit status other than 0."""
    result = subprocess.run(
        [str(each) for each in arguments], input=data or "", capture_output=True, text=True, timeout=timeout
    )
    if check and result.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, arguments))}: {result.returncode}\n{result.stdout}{result.stderr}")
    return result


@functools.cache
def install():
    """Once: install the programs, units and configuration as an administrator does."""
    run(PROJECT / "scripts" / "install", "--binaries", binaries())


def systemctl(*arguments, check=True):
    """Run systemctl; a failure comes with the end of the daemon's journal."""
    result = run("systemctl", *arguments, check=False)
    if check and result.returncode != 0:
        raise AssertionError(f"systemctl {' '.join(arguments)}: {result.returncode}\n{result.stderr}{journal_text()}")
    return result.stdout


def show(name, unit="smtpqd.service"):
    """One property of a unit."""
    return systemctl("show", "-P", name, unit).strip()


def wait_for_status(text, seconds=20):
    """Wait until the unit's status text contains `text`; return it."""
    return wait_until(
        lambda: status if text in (status := show("StatusText")) else None, seconds, f"{text!r} in the status text",
        describe=lambda: show("StatusText") + "\n" + journal_text(),
    )


def journal(*matches):
    """Journal entries as dictionaries."""
    run("journalctl", "--sync")
    lines = run("journalctl", "--no-pager", "--all", "-o", "json", *matches, check=False).stdout.splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


def journal_text(*matches):
    run("journalctl", "--sync")
    return run("journalctl", "--no-pager", "-o", "cat", "-u", "smtpqd", "-n", "40", *matches, check=False).stdout


def as_application(script, *properties):
    """Run a shell script as an application's unit does: a user made up for it, no new privileges, in group smtpq."""
    options = ["DynamicUser=yes", "NoNewPrivileges=yes", "SupplementaryGroups=smtpq", f"ReadWritePaths={QUEUE}", *properties]
    arguments = [argument for option in options for argument in ("-p", option)]
    # systemd-run expands variables itself: what the shell shall see is doubled.
    return run(
        "systemd-run", "--quiet", "--wait", "--pipe", "--collect", *arguments, "/bin/sh", "-c", script.replace("$", "$$"),
        check=False,
    )
