# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""scripts/README.md lists every script, one line each, and names none that is missing."""

import re

TITLE = "scripts/README.md"

ROW = re.compile(r"^\| `([^`]+)`.*\|$", re.MULTILINE)


def problems(tree):
    listed = ROW.findall(tree.text("scripts/README.md"))
    scripts = {path.name for path in tree.scripts() if path.parts[0] == "scripts" and len(path.parts) == 2}
    for name in sorted(scripts - set(listed)):
        yield f"scripts/README.md: no line for scripts/{name}"
    for name in sorted(set(listed) - scripts):
        yield f"scripts/README.md: there is no scripts/{name}"
    for name in sorted({name for name in listed if listed.count(name) > 1}):
        yield f"scripts/README.md: scripts/{name} stands there twice"
    for path in tree.scripts():
        if not tree.is_executable(path):
            yield f"{path}: a script that is not executable"


README = "| `x` | does x |\n"
GOOD = {"scripts/README.md": README, "scripts/x": "#!/bin/bash\n"}
BAD = {
    "a script without a line": {**GOOD, "scripts/y": "#!/bin/bash\n"},
    "a line without a script": {"scripts/README.md": README},
    "two lines for one script": {**GOOD, "scripts/README.md": README * 2},
}
