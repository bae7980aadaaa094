# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""swift format has nothing to say."""

import pathlib
import re
import shutil
import subprocess

TITLE = "swift format"

CONFIGURATION = ".swift-format"
# Tests begin with the number of what they show: T10_startTLSResponseInjection a threat case, G5_locked a guarantee of the
# spool, P14_from a property, M08_queue a method, E05_piTrail an event, C05_keepQueue a setting of the class.
NUMBERED = re.compile(r"^Tests/.*\[AlwaysUseLowerCamelCase\] rename the function '[TGPMEC]\d+_[a-z]\w*'")


def problems(tree):
    configuration = tree.root / CONFIGURATION
    if not configuration.exists():
        # The samples of the self-test use the project's rules.
        configuration = pathlib.Path(__file__).resolve().parents[2] / CONFIGURATION
    folders = [each for each in ("Sources", "Tests") if (tree.root / each).is_dir()]
    if shutil.which("swift") is None:
        yield "swift is not installed"
        return
    result = subprocess.run(
        ["swift", "format", "lint", "--strict", "--parallel", "--recursive", "--configuration", configuration, *folders],
        cwd=tree.root, capture_output=True, text=True,
    )
    lines = [line for line in (result.stdout + result.stderr).splitlines() if line]
    yield from (line for line in lines if not NUMBERED.match(line))
    if result.returncode != 0 and not lines:
        yield f"swift format ended with {result.returncode}"


GOOD = {
    "Sources/A/A.swift": "struct A {\n    let value = 1\n}\n",
    "Tests/ATests/A.swift": "func T10_startTLSResponseInjection() {}\n\nfunc P14_from() {}\n",
}
BAD = {
    "wrong indentation": {"Sources/A/A.swift": "struct A {\n  let value = 1\n}\n"},
    "a force unwrap": {"Sources/A/A.swift": "let a: Int? = 1\nlet b = a!\n"},
    "a name with an underscore": {"Tests/ATests/A.swift": "func case_ten() {}\n"},
    "a wrong test": {"Tests/ATests/A.swift": "let a = 1;\n"},
}
