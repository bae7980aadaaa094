# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Shell and Python parse."""

import subprocess

TITLE = "shell and Python parse"


def problems(tree):
    programs = [path for path in tree.scripts() if "sh" in tree.text(path).split("\n", 1)[0].rsplit("/", 1)[-1]]
    for path in sorted({*programs, *tree.files("scripts", "Tests", suffixes={".sh"})}):
        result = subprocess.run(["bash", "-n", tree.root / path], capture_output=True, text=True)
        if result.returncode != 0:
            yield f"{path}: {result.stderr.strip()}"
    pythons = [path for path in tree.scripts() if "python" in tree.text(path).split("\n", 1)[0]]
    for path in sorted({*pythons, *tree.files("scripts", "Tests", suffixes={".py"})}):
        try:
            compile(tree.text(path), str(path), "exec")
        except SyntaxError as error:
            yield f"{path}:{error.lineno}: {error.msg}"


GOOD = {"scripts/x": "#!/bin/bash\nexit 0\n", "scripts/y": "#!/usr/bin/env python3\npass\n"}
BAD = {
    "a broken shell script": {"scripts/x": "#!/bin/bash\nif true; then\n"},
    "a broken Python script": {"scripts/y": "#!/usr/bin/env python3\ndef x(:\n"},
    "a broken Python module": {"Tests/y.py": "def x(:\n"},
}
