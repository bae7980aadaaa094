# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Test modules of inside/, run by a systemd that is booted for them over this machine's root."""

import os
import subprocess

from .binaries import PROJECT


def run_inside(case, *modules, installs, environment):
    """Run the modules with these files installed (what, where to) and these variables; a failure in them fails `case`."""
    command = [
        PROJECT / "scripts" / "with-systemd", "--timeout", "300",
        *(argument for what, where in installs for argument in ("--install", f"{what}:{where}")),
        "--", "env", "PYTHONDONTWRITEBYTECODE=1", *(f"{name}={value}" for name, value in environment.items()),
        "sh", "-c", f"cd '{PROJECT / 'Tests' / 'IntegrationTests'}' && exec python3 -m unittest -v {' '.join(modules)}",
    ]
    result = subprocess.run(
        [str(each) for each in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=500, env=os.environ,
    )
    print(f"\n{result.stdout}", flush=True)
    case.assertEqual(result.returncode, 0, "failures inside, see above")
    case.assertNotIn("skipped=", result.stdout)
