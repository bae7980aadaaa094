# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Every source file begins with the licence identifier and the name of the project."""

TITLE = "two header lines"

SUFFIXES = {".swift": "//", ".c": "//", ".h": "//", ".py": "#", ".sh": "#"}
LINES = ("SPDX-License-Identifier: Apache-2.0", "smtpqd: reliable outbound mail from a queue directory")
HEADER = "".join(f"{{mark}} {line}\n" for line in LINES)


def header(mark):
    return HEADER.format(mark=mark)


def problems(tree):
    for path in tree.files():
        text = tree.text(path)
        if text is None:
            continue
        mark = SUFFIXES.get(path.suffix, "#" if text.startswith("#!") else None)
        if mark is None:
            continue
        if text.startswith(("#!", "// swift-tools-version")):
            text = text.split("\n", 1)[-1]
        if not text.startswith(header(mark)):
            yield f"{path}:1: the first two lines are not the licence identifier and the project's name"


GOOD = {
    "Sources/A/A.swift": header("//") + "\nlet a = 1\n",
    "Package.swift": "// swift-tools-version:6.1\n" + header("//"),
    "scripts/x": "#!/bin/bash\n" + header("#"),
    "kit.py": header("#"),
    "README.md": "# Any text\n",
}
BAD = {
    "a Swift file without": {"Sources/A/A.swift": "let a = 1\n"},
    "another licence": {"Sources/A/A.swift": header("//").replace("Apache-2.0", "MIT")},
    "a script without": {"scripts/x": "#!/bin/bash\nexit 0\n"},
    "a C header without": {"Sources/C/include/C.h": "#define C\n"},
}
