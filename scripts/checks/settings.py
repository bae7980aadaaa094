# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Documents name only settings that the daemon knows; the sample configuration and the manual page have all, with defaults.

Both are written from the table of settings (`smtpq explain settings`); a unit test compares every character.
"""

import re

TITLE = "settings in documents"

SOURCE = "Sources/DaemonConfiguration/Settings"
SAMPLE = "etc/smtpqd.toml"
PAGE = "etc/man/smtpqd.toml.5"
SETTING = re.compile(r'Setting\(\s*name: "(\w+)",\s*(?:.*?\s)?standard: (?:nil|#"(.*?)"#|"(.*?)")', re.DOTALL)
BLOCK = re.compile(r"```toml\n(.*?)```", re.DOTALL)
# A key at the beginning of a line, also of one that is commented out to show a default: `#Key = value`.
KEY = re.compile(r"^#?([A-Z]\w*)\s*=", re.MULTILINE)
ITEM = re.compile(r"^\.It Cm (\w+)$", re.MULTILINE)


def problems(tree):
    table = [
        (name, raw or plain)
        for path in tree.files(SOURCE, suffixes={".swift"})
        for name, raw, plain in SETTING.findall(tree.text(path))
    ]
    known = {name for name, _ in table}
    for path in tree.files(suffixes={".md"}):
        for block in BLOCK.findall(tree.text(path)):
            for key in sorted(set(KEY.findall(block)) - known):
                yield f"{path}: the setting {key} does not exist"
    for document, pattern, shown in (
        (SAMPLE, KEY, lambda name, value: f"#{name} = {value}\n"),
        (PAGE, ITEM, lambda _, value: "Default: " + value.replace("-", "\\-") + ".\n"),
    ):
        if not (tree.root / document).exists():
            yield f"{document} does not exist"
            continue
        text = tree.text(document)
        found = set(pattern.findall(text))
        for key in sorted(found - known):
            yield f"{document}: the setting {key} does not exist"
        for key in sorted(known - found):
            yield f"{document}: the setting {key} is missing"
        for name, value in table:
            if name in found and value and shown(name, value) not in text:
                yield f"{document}: the default of {name} is not {value}"


_TABLE = (
    'Setting(\n    name: "QueueDir",\n    kind: .string,\n    standard: #""/var/spool/smtpq""#,\n    meaning: "x."\n)\n'
    'Setting(name: "KeepQueue", kind: .boolean, standard: "false", meaning: "y.")\n'
    'Setting(name: "User", kind: .string, standard: nil, example: "x", meaning: "z.")\n'
)
GOOD = {
    f"{SOURCE}/SettingsTable.swift": _TABLE,
    SAMPLE: '#QueueDir = "/var/spool/smtpq"\n#KeepQueue = false\n# Prose= is none.\n#User = "x"\n',
    PAGE: '.It Cm QueueDir\nDefault: "/var/spool/smtpq".\n.It Cm KeepQueue\nDefault: false.\n.It Cm User\n',
    "README.md": '```toml\nQueueDir = "/x"\n```\n',
}
BAD = {
    "a document with an unknown setting": {**GOOD, "README.md": "```toml\nColour = 1\n```\n"},
    "a sample with an unknown setting": {**GOOD, SAMPLE: GOOD[SAMPLE] + "#Colour = 1\n"},
    "a sample without a setting": {**GOOD, SAMPLE: GOOD[SAMPLE].replace("#KeepQueue = false\n", "")},
    "a sample with another default": {**GOOD, SAMPLE: GOOD[SAMPLE].replace("false", "true")},
    "a page with an unknown setting": {**GOOD, PAGE: GOOD[PAGE] + ".It Cm Colour\n"},
    "a page without a setting": {**GOOD, PAGE: GOOD[PAGE].replace(".It Cm KeepQueue\n", "")},
    "a page with another default": {**GOOD, PAGE: GOOD[PAGE].replace("false", "true")},
    "no sample": {name: text for name, text in GOOD.items() if name != SAMPLE},
    "no page": {name: text for name, text in GOOD.items() if name != PAGE},
}
