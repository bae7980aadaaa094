# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Every import in Sources states its access level."""

import re

from . import swift_source

TITLE = "imports state their access level"

IMPORT = re.compile(r"^[ \t]*(?P<before>(?:@\w+(?:\([^)]*\))?[ \t]+|\w+[ \t]+)*)import[ \t]+(?:(?:struct|class|enum|protocol|func|var|let|typealias)[ \t]+)?(?P<module>\w+)", re.MULTILINE)
# The class, and the functions for other languages.
PUBLIC = ("SMTPComponent", "SMTPProcedural")
LEVELS = {"internal", "package", "public", "private", "fileprivate"}


def found(source):
    """The imports of a Swift file: (line, words before `import`, module)."""
    text = swift_source.code(source)
    for match in IMPORT.finditer(text):
        yield text.count("\n", 0, match.start("module")) + 1, match.group("before").split(), match.group("module")


def problems(tree):
    for path in tree.files("Sources", suffixes={".swift"}):
        for line, before, module in found(tree.text(path)):
            if not LEVELS.intersection(before):
                yield f"{path}:{line}: `import {module}` states no access level"
            if "@_exported" in before:
                yield f"{path}:{line}: `@_exported import {module}` hides a dependency"
            if "public" in before and path.parts[1] not in PUBLIC:
                yield f"{path}:{line}: `public import {module}`: only {' and '.join(PUBLIC)} have a public interface"


GOOD = {
    "Sources/A/A.swift": "internal import B\npackage import struct C.D\n@preconcurrency internal import E\n// import F\n",
    "Tests/ATests/ATests.swift": "import Testing\n@testable import A\n",
}
BAD = {
    "a bare import": {"Sources/A/A.swift": "import B\n"},
    "a bare import of one symbol": {"Sources/A/A.swift": "import struct B.C\n"},
    "an attribute alone": {"Sources/A/A.swift": "@preconcurrency import B\n"},
    "a re-export": {"Sources/A/A.swift": "@_exported package import B\n"},
    "a public import": {"Sources/A/A.swift": "public import B\n"},
}
