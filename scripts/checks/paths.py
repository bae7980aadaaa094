# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Nothing in the tree knows the machine that it was written on."""

import re

TITLE = "no paths of one machine"

# Put together, so that this file does not hit itself.
FORBIDDEN = re.compile(
    "|".join((r"(?<![\w./-])/wo" r"rk/", r"/tmp/br" r"ief", r"/tmp" r"/w/", r"\.\./sha" r"red\b", r"(?<![\w./-])/ro" r"ot/"))
)


def problems(tree):
    for path in tree.files():
        text = tree.text(path)
        for match in FORBIDDEN.finditer(text or ""):
            yield f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {match.group()} is a path of one machine"


GOOD = {"README.md": "Your files are in /var/spool/smtpq; frame/work/ and network/ are words.\n"}
BAD = {
    "a checkout": {"README.md": "See /wo" + "rk/main.\n"},
    "a neighbour": {"scripts/x": "#!/bin/bash\ncat ../sha" + "red/design\n"},
    "a home": {"Sources/A/A.swift": 'let home = "/ro' + 'ot/x"\n'},
}
