# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Small ext4 file systems in files. The caller has a mount namespace of its own."""

import contextlib
import subprocess

from kit.waiting import wait_until


def run(*command):
    """Run a command; an error is an AssertionError with what it said."""
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60)
    if result.returncode != 0:
        raise AssertionError(f"{command[0]}: {result.stderr.strip()}")


def make(image):
    """Make a file system."""
    run("mkfs.ext4", "-q", "-F", "-m", "0", "-E", "nodiscard", image)


@contextlib.contextmanager
def mounted(image, place):
    """Mount the image; the loop device goes with the mount."""
    place.mkdir(parents=True, exist_ok=True)
    run("mount", "-o", "loop", image, place)
    try:
        yield place
    finally:
        unmount(place)


def unmount(place):
    """Take the mount away as soon as nobody uses it any more."""

    def done():
        return subprocess.run(["umount", str(place)], capture_output=True).returncode == 0

    wait_until(done, 10, f"{place} to be free")


def works(folder):
    """Whether this machine lets us mount a file system in a file; why not."""
    image = folder / "probe"
    with open(image, "wb") as file:
        file.truncate(8 << 20)
    try:
        make(image)
        with mounted(image, folder / "probed"):
            return None
    except (AssertionError, OSError) as error:
        return str(error)
