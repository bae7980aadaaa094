# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The page "Which log line means what" has every event and every line of the code, at its level, and no other."""

import re

TITLE = "log lines in the manual"

PAGE = "Sources/Delivery/Delivery.docc/LogLines.md"
KINDS = "Sources/Delivery/Service/LogEventKind.swift"
LOG = "Sources/Delivery/Service/DeliveryLog.swift"
FOLDERS = ("Sources/Delivery", "Sources/smtpqd")

KIND = re.compile(r'case (\w+) = "[0-9a-f]{32}"')
LEVELS = "debug|info|notice|warning|error|critical"
# log.remark(.notice, "…"  and  logger.notice("…"
CALL = re.compile(rf'(?:\.remark\(\s*\.({LEVELS}),|\blogger\.({LEVELS})\()\s*(?=")')
ROW = re.compile(r"^\| `([^|]*)` \| `(\w+)` \|", re.MULTILINE)
EVENT = re.compile(r"^\| `(\w+)` \| ([^|]*) \|", re.MULTILINE)
CODE = re.compile(r"`([^`]+)`")


def template(source, start):
    """The string literal at `start`, each interpolation an ellipsis; and where it ends."""
    text, position = [], start + 1
    while source[position] != '"':
        if source.startswith("\\(", position):
            depth, position = 1, position + 2
            while depth:
                if source[position] == '"':
                    position = template(source, position)[1]
                    continue
                depth += {"(": 1, ")": -1}.get(source[position], 0)
                position += 1
            text.append("…")
        else:
            text.append(source[position])
            position += 1
    return re.sub("…+", "…", "".join(text)), position + 1


def literals(source):
    """The templates of all string literals, without those inside of others."""
    code, position = re.sub(r"^\s*//.*$", "", source, flags=re.MULTILINE), 0
    while (position := code.find('"', position)) >= 0:
        text, position = template(code, position)
        yield text


def is_line(text):
    """Whether a literal is a line of the log, and not a field, a separator or a value."""
    return " " in text and re.search("[a-z]|…: …", text) is not None


def problems(tree):
    if not (tree.root / PAGE).exists():
        yield f"{PAGE} does not exist"
        return
    page = tree.text(PAGE)
    head, _, remarks = page.partition("## Remarks\n")
    events = dict(EVENT.findall(head.partition("## Events\n")[2]))
    kinds = set(KIND.findall(tree.text(KINDS)))
    yield from (f"{PAGE}: the event {name} is missing" for name in sorted(kinds - events.keys()))
    yield from (f"{PAGE}: there is no event {name}" for name in sorted(events.keys() - kinds))

    called = set()
    for path in tree.files(*FOLDERS, suffixes={".swift"}):
        source = tree.text(path)
        called |= {(template(source, match.end())[0], match[1] or match[2]) for match in CALL.finditer(source)}
    told = set(ROW.findall(remarks))
    yield from (f"{PAGE}: no remark \"{line}\" at {level}" for line, level in sorted(called - told))
    yield from (f"{PAGE}: the code has no remark \"{line}\" at {level}" for line, level in sorted(told - called))

    lines = {line for line in literals(tree.text(LOG)) if is_line(line)} - {line for line, _ in called}
    shown = {line for row in events.values() for line in CODE.findall(row)}
    yield from (f"{PAGE}: no event has the line \"{line}\"" for line in sorted(lines - shown))
    words = set(literals(tree.text(LOG)))
    yield from (
        f"{PAGE}: the code has no line \"{line}\"" for line in sorted(shown - words) if not re.fullmatch(LEVELS, line)
    )


_KINDS = f'case delivered = "{"0" * 32}"\n'
_LOG = 'write(.delivered, "\\(id): sent to <\\(address ?? "\\(nobody)")>", ["SMTPQ_ID": "\\(id)"])\n// "not this one"\n'
_PAGE = """\
## Events

| event | line | means |
|---|---|---|
| `delivered` | `…: sent to <…>` | sent |

## Remarks

| line | level | means |
|---|---|---|
| `all is … well` | `notice` | good |
"""
GOOD = {
    KINDS: _KINDS, LOG: _LOG, PAGE: _PAGE,
    "Sources/smtpqd/A.swift": 'log.remark(\n    .notice,\n    "all is \\(how)\\(much) well"\n)\nlet other = "no line at all"\n',
}
BAD = {
    "no page": {name: text for name, text in GOOD.items() if name != PAGE},
    "an event that is not told": {**GOOD, KINDS: _KINDS + f'case failed = "{"1" * 32}"\n'},
    "an event that is none": {**GOOD, KINDS: ""},
    "a line of an event that is not told": {**GOOD, LOG: _LOG + 'let text = "one more line"\n'},
    "a line of an event that is none": {**GOOD, LOG: ""},
    "a remark that is not told": {**GOOD, "Sources/smtpqd/B.swift": 'logger.error("all is \\(how) bad")\n'},
    "a remark that is none": {**GOOD, "Sources/smtpqd/A.swift": ""},
    "a remark at another level": {**GOOD, PAGE: _PAGE.replace("`notice`", "`error`")},
}
