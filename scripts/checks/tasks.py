# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""No note of work to do without the number of its issue."""

import re

TITLE = "open tasks name their issue"

# Put together, so that this file does not hit itself.
WORDS = "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"))
TASK = re.compile(rf"\b(?:{WORDS})\b(?!\(#\d+\))")
SUFFIXES = {".swift", ".c", ".h", ".py", ".sh", ".service", ".toml"}


def problems(tree):
    for path in tree.files():
        text = tree.text(path)
        if text is None or not (path.suffix in SUFFIXES or text.startswith("#!")):
            continue
        for match in TASK.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            yield f"{path}:{line}: {match.group()} without the number of an issue, as in {match.group()}(#12)"


GOOD = {"Sources/A/A.swift": "// TO" + "DO(#12): later\nlet toDo = 1\n"}
BAD = {
    "without a number": {"Sources/A/A.swift": "// TO" + "DO: later\n"},
    "in a script": {"scripts/x": "#!/bin/bash\n# FIX" + "ME later\n"},
}
