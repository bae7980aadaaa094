# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Reading the daemon's log as it stands on standard error: `<N>` and logfmt."""

import re

_PAIR = re.compile(r'(?P<key>[A-Za-z_][A-Za-z0-9_.-]*)=(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>\S*))')
_ESCAPE = re.compile(r"\\(.)")


def parse(line):
    """Return the fields of a log line; the priority stands under `<N>`. None for a line of another form."""
    priority = re.match(r"<([0-7])>", line)
    if not priority:
        return None
    fields = {"<N>": int(priority.group(1))}
    for pair in _PAIR.finditer(line, priority.end()):
        quoted = pair.group("quoted")
        fields[pair.group("key")] = pair.group("plain") if quoted is None else _ESCAPE.sub(r"\1", quoted)
    return fields


def entries(text):
    """The parsed lines of a log."""
    return [fields for fields in map(parse, text.splitlines()) if fields is not None]
