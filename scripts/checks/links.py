# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Documents name only files that exist."""

import os
import pathlib
import re

TITLE = "links and paths in documents"

LINK = re.compile(r"\]\((?!https?:|mailto:|#|doc:)([^)#]+)(?:#[^)]*)?\)")
NAMED = re.compile(r"`((?:scripts|Sources|Tests|systemd|etc|\.ci)/[\w./@-]+)`")


def problems(tree):
    for path in tree.files(suffixes={".md"}):
        text = tree.text(path)
        for match in LINK.finditer(text):
            target = os.path.normpath(path.parent / match.group(1))
            if not (tree.root / target).exists():
                yield f"{path}:{text.count(chr(10), 0, match.start()) + 1}: a link to {match.group(1)}, which does not exist"
        for match in NAMED.finditer(text):
            if not (tree.root / pathlib.Path(match.group(1))).exists():
                yield f"{path}:{text.count(chr(10), 0, match.start()) + 1}: names {match.group(1)}, which does not exist"


GOOD = {"README.md": "See [the licence](LICENSE), `scripts/x` and [RFC](https://www.rfc-editor.org/).\n", "LICENSE": "", "scripts/x": ""}
BAD = {
    "a dead link": {"README.md": "[licence](LICENSE)\n"},
    "a script that is gone": {"README.md": "Run `scripts/gone`.\n"},
}
