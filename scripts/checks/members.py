# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Every property, method, event and setting of the class has a test that shows it.

A test says so in its name: `P14_from` is property 14, `M08_queue` method 8, `E05_piTrail` event 5, `C05_keepQueue` setting
5, counted in the order of the tables. A name may have several of these tags.
"""

import re

TITLE = "members of the class"

TABLES = "Sources/SMTPComponent/Tables"
TESTS = "Tests/SMTPComponentTests"
ROW = re.compile(r"PropertyRow\(\s*\.(\w+),")
CASE = re.compile(r"^ *case `?(\w+)`?(?: = .+)?$", re.MULTILINE)
FUNCTION = re.compile(r"\bfunc\s+(\w+)")
TAG = re.compile(r"(?:^|_)([PMEC]\d\d)_([a-zA-Z0-9]+)")


def members(tree):
    """All members by their tags."""
    lists = {
        "P": ROW.findall(tree.text(f"{TABLES}/PropertyTable.swift"))[1:],
        "M": CASE.findall(tree.text(f"{TABLES}/Method.swift")),
        "E": CASE.findall(tree.text(f"{TABLES}/EventKind.swift")),
        "C": CASE.findall(tree.text(f"{TABLES}/Setting.swift")),
    }
    return {f"{letter}{number:02}": name for letter, names in lists.items() for number, name in enumerate(names, 1)}


def problems(tree):
    wanted, shown = members(tree), set()
    for path in tree.files(TESTS, suffixes={".swift"}):
        for function in FUNCTION.findall(tree.text(path)):
            for tag, name in TAG.findall(function):
                if wanted.get(tag) == name:
                    shown.add(tag)
                else:
                    yield f"{path}: {function}: {tag} is {wanted.get(tag, 'no member')}, not {name}"
    for tag in sorted(wanted.keys() - shown):
        yield f"{TESTS}: no test shows {tag}_{wanted[tag]}"


GOOD = {
    f"{TABLES}/PropertyTable.swift": 'PropertyRow(.version, "V"),\nPropertyRow(\n    .from, "From"),\nPropertyRow(.user, "User")\n',
    f"{TABLES}/Method.swift": '    case send = "Send"\n',
    f"{TABLES}/EventKind.swift": '    case error = 1\n    case expand\n        case .error: "Error"\n',
    f"{TABLES}/Setting.swift": '    case hello = "Hello"\n',
    f"{TESTS}/A.swift": "func P01_from_P02_user_isShown() {}\nfunc\n    M01_send() {}\nfunc E01_error_E02_expand_C01_hello() {}\n",
}
BAD = {
    "a member without a test": {**GOOD, f"{TABLES}/Setting.swift": '    case hello = "Hello"\n    case other = "Other"\n'},
    "a tag that is no member": {**GOOD, f"{TESTS}/B.swift": "func P09_nothing() {}\n"},
    "a tag with the name of another": {**GOOD, f"{TESTS}/B.swift": "func P01_user() {}\n"},
}
