# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The Swift examples of the class's manual stand in a test file, where they are compiled."""

import re
import textwrap

TITLE = "examples of the manual"

MANUAL = "Sources/SMTPComponent"
COMPILED = "Tests/SMTPComponentTests/Examples.swift"
BLOCK = re.compile(r"^```swift\n(.*?)^```", re.DOTALL | re.MULTILINE)


def problems(tree):
    path = tree.root / COMPILED
    lines = [line.strip() for line in path.read_text().splitlines()] if path.exists() else []
    compiled = "\n".join(lines) + "\n"
    for document in tree.files(MANUAL, suffixes={".md"}):
        for block in BLOCK.findall(tree.text(document)):
            wanted = "\n".join(line.strip() for line in textwrap.dedent(block).splitlines()) + "\n"
            if "\n" + wanted not in compiled:
                yield f"{document}: an example is not in {COMPILED}: {wanted.splitlines()[0]}"


_MANUAL = f"{MANUAL}/X.docc/X.md"
_EXAMPLE = "```swift\nlet a = 1\nif a > 0 {\n    use(a)\n}\n```\n"
GOOD = {
    _MANUAL: "Text.\n\n" + _EXAMPLE,
    COMPILED: "func x() {\n    let a = 1\n    if a > 0 {\n        use(a)\n    }\n}\n",
}
BAD = {
    "an example that is not compiled": {**GOOD, _MANUAL: "```swift\nlet b = 1\n```\n"},
    "an example that has changed": {**GOOD, COMPILED: GOOD[COMPILED].replace("use(a)", "use(b)")},
    "no test file": {_MANUAL: _EXAMPLE},
}
