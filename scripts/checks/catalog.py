# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The journal's message catalog explains every kind of event, and no other."""

import re

TITLE = "message catalog"

SOURCE = "Sources/Delivery/Service/LogEventKind.swift"
KIND = re.compile(r'case (\w+) = "([0-9a-f]{32})"')
ENTRY = re.compile(r"^-- ([0-9a-f]{32})\b", re.MULTILINE)


def problems(tree):
    kinds = {identifier: name for name, identifier in KIND.findall(tree.text(SOURCE))}
    catalogs = tree.files("systemd", suffixes={".catalog"})
    if not catalogs:
        yield "systemd: no message catalog"
    entries = [each for path in catalogs for each in ENTRY.findall(tree.text(path))]
    for identifier in sorted(kinds.keys() - set(entries)):
        yield f"systemd: the catalog does not explain {kinds[identifier]} ({identifier})"
    for identifier in sorted(set(entries) - kinds.keys()):
        yield f"systemd: the catalog explains {identifier}, which {SOURCE} does not have"


_ID, _OTHER = "0" * 32, "1" * 32
_SOURCE = f'case delivered = "{_ID}"\n'
GOOD = {SOURCE: _SOURCE, "systemd/smtpqd.catalog": f"-- {_ID}\nSubject: Delivered\n"}
BAD = {
    "no catalog": {SOURCE: _SOURCE},
    "a kind without explanation": {**GOOD, SOURCE: _SOURCE + f'case failed = "{_OTHER}"\n'},
    "an explanation without a kind": {**GOOD, SOURCE: f'case failed = "{_OTHER}"\n'},
}
