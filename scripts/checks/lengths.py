# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""No source file is longer than 500 lines."""

TITLE = "file length"

LIMIT = 500
SUFFIXES = {".swift", ".c", ".h", ".py", ".sh", ".md", ".service", ".toml"}


def problems(tree):
    for path in tree.files():
        text = tree.text(path)
        if text is None or not (path.suffix in SUFFIXES or text.startswith("#!")):
            continue
        count = text.count("\n")
        if count > LIMIT:
            yield f"{path}: {count} lines, {LIMIT} are allowed: a second type hides in it"


GOOD = {"Sources/A/A.swift": "\n" * 500, "LICENSE": "\n" * 600}
BAD = {"501 lines": {"Sources/A/A.swift": "\n" * 501}, "a long script": {"scripts/x": "#!/bin/bash\n" * 501}}
