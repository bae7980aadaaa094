# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Documents name only settings that the daemon knows, and the sample configuration names all of them."""

import re

TITLE = "settings in documents"

SOURCE = "Sources/DaemonConfiguration/SettingsTable.swift"
SAMPLE = "etc/smtpqd.toml"
SETTING = re.compile(r'Setting\(\s*name: "(\w+)"')
BLOCK = re.compile(r"```toml\n(.*?)```", re.DOTALL)
# A key at the beginning of a line, also of one that is commented out to show a default: `#Key = value`.
KEY = re.compile(r"^#?([A-Z]\w*)\s*=", re.MULTILINE)


def problems(tree):
    known = set(SETTING.findall(tree.text(SOURCE)))
    for path in tree.files(suffixes={".md"}):
        for block in BLOCK.findall(tree.text(path)):
            for key in sorted(set(KEY.findall(block)) - known):
                yield f"{path}: the setting {key} does not exist"
    if not (tree.root / SAMPLE).exists():
        yield f"{SAMPLE} does not exist"
        return
    sample = set(KEY.findall(tree.text(SAMPLE)))
    for key in sorted(sample - known):
        yield f"{SAMPLE}: the setting {key} does not exist"
    for key in sorted(known - sample - {"Relay", "Route"}):
        yield f"{SAMPLE}: the setting {key} is missing"


_TABLE = 'Setting(name: "QueueDir", kind: .string)\nSetting(\n    name: "KeepQueue", kind: .boolean)\n'
GOOD = {
    SOURCE: _TABLE,
    SAMPLE: '#QueueDir = "/var/spool/smtpq"\n#KeepQueue = false\n# Prose= is none.\n',
    "README.md": '```toml\nQueueDir = "/x"\n```\n',
}
BAD = {
    "a document with an unknown setting": {**GOOD, "README.md": "```toml\nColour = 1\n```\n"},
    "a sample with an unknown setting": {**GOOD, SAMPLE: GOOD[SAMPLE] + "#Colour = 1\n"},
    "a sample without a setting": {**GOOD, SAMPLE: "#QueueDir = 1\n"},
    "no sample": {name: text for name, text in GOOD.items() if name != SAMPLE},
}
