# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Packages that cannot be installed beside each other: each set in a throw-away view of this machine's root.

Mail servers exclude one another as packages. An overlay in a mount namespace of its own takes what the installation
changes; it goes with the process that holds the namespace. The network is that of the machine.
"""

import subprocess

from .processes import Program
from .waiting import wait_until

SCRIPT = """\
set -e
layer={layer} root={layer}/root
mount -t tmpfs -o mode=755 tmpfs "$layer"
mkdir "$layer"/up "$layer"/work "$root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$layer/up,workdir=$layer/work" "$root"
for each in dev proc sys; do mount --rbind "/$each" "$root/$each"; done
mount -t tmpfs tmpfs "$root/run"
mount --bind {shared} "$root{shared}"
printf '#!/bin/sh\\nexit 101\\n' > "$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
install() {{
    DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get install -y -q --no-install-recommends {packages}
}}
install || {{ chroot "$root" apt-get update -qq && install; }}
echo READY
exec chroot "$root" sleep infinity
"""


class ThrowawayRoot:
    """A root with further packages. `shared` is a folder that both sides see under the same path."""

    def __init__(self, folder, shared, packages):
        layer = folder / "layer"
        layer.mkdir()
        script = SCRIPT.format(layer=layer, shared=shared, packages=" ".join(packages))
        self.root = layer / "root"
        self.holder = Program(["unshare", "--mount", "--propagation", "private", "bash", "-c", script], folder / "root.log")

    def start(self):
        self.holder.start()

        def is_ready():
            if not self.holder.is_running:
                raise AssertionError(f"no throw-away root:\n{self.holder.output()[-3000:]}")
            return "\nREADY\n" in self.holder.output()

        wait_until(is_ready, 180, "the packages to be installed", every=0.1, describe=lambda: self.holder.output()[-2000:])
        return self

    def stop(self):
        self.holder.kill()

    def command(self, *arguments):
        """The command line that runs a program inside."""
        return ["nsenter", "-t", str(self.holder.pid), "--mount", "--", "chroot", str(self.root), *map(str, arguments)]

    def run(self, *arguments, data=""):
        """Run a program inside to its end; return its output."""
        return subprocess.run(
            self.command(*arguments), input=data, check=True, capture_output=True, text=True, timeout=60
        ).stdout
