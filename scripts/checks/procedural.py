# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The C header has the numbers of the class's tables, and the library and the bindings have what the header has.

Names in the header are those of the tables in capitals: `mailServer` is `SMTP_COMPONENT_PROPERTY_MAIL_SERVER`.
"""

import re

TITLE = "procedural interface"

CLASS = "Sources/SMTPComponent"
HEADER = "Sources/CSMTPProcedural/include/smtp_component.h"
SYMBOLS = "Sources/SMTPProcedural/symbols.map"
PHP = "etc/bindings/ipworks_smtp.php"
PYTHON = "etc/bindings/smtp_component.py"
# Where the cases of an enumeration of numbers stand, and the prefix of its constants.
ENUMERATIONS = {
    "EventKind": (f"{CLASS}/Tables/EventKind.swift", "EVENT"),
    "ErrorCode": (f"{CLASS}/Tables/ErrorCode.swift", "ERROR"),
    "AuthMechanism": (f"{CLASS}/Class/SMTP+Types.swift", "AUTH"),
    "FirewallType": (f"{CLASS}/Class/SMTP+Types.swift", "FIREWALL"),
    "Importance": (f"{CLASS}/Class/SMTP+Types.swift", "IMPORTANCE"),
    "Priority": (f"{CLASS}/Class/SMTP+Types.swift", "PRIORITY"),
    "Sensitivity": (f"{CLASS}/Class/SMTP+Types.swift", "SENSITIVITY"),
    "RecipientType": (f"{CLASS}/Class/SMTP+Types.swift", "RECIPIENT"),
    "Direction": (f"{CLASS}/Class/SMTP+Types.swift", "DIRECTION"),
}
ROW = re.compile(r"PropertyRow\(\s*\.(\w+),\s*\"\w+\",\s*\.(\w+)\(")
CASE = re.compile(r"^ *case `?(\w+)`?(?: = (\d+))?$", re.MULTILINE)
CONSTANT = re.compile(r"^    SMTP_COMPONENT_(\w+) = (\d+),?$", re.MULTILINE)
PROTOTYPE = re.compile(r"^(?:\w[\w *]*[ *])(smtp_component_\w+)\(", re.MULTILINE)
FUNCTION = re.compile(r"^@c @implementation\npublic func (\w+)\(", re.MULTILINE)
SYMBOL = re.compile(r"^ +(smtp_component_\w+);$", re.MULTILINE)


def capitals(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()


def properties(tree):
    """The properties with their kinds of value; the place is the number."""
    return ROW.findall(tree.text(f"{CLASS}/Tables/PropertyTable.swift"))


def wanted_constants(tree):
    found = {f"PROPERTY_{capitals(name)}": number for number, (name, _) in enumerate(properties(tree))}
    for name, (path, prefix) in ENUMERATIONS.items():
        body = re.search(rf"enum {name}: Int\b.*?\{{\n(.*?)\n *(?:\}}|\n    ///[^\n]*\n    package var)", tree.text(path), re.DOTALL)
        number = -1
        for case, stated in CASE.findall(body.group(1)):
            number = int(stated) if stated else number + 1
            found[f"{prefix}_{capitals(case)}"] = number
    return found


def differences(where, what, found, wanted):
    for name in sorted(wanted - found):
        yield f"{where}: {what} {name} is missing"
    for name in sorted(found - wanted):
        yield f"{where}: {what} {name} is too much"


def problems(tree):
    if not (tree.root / HEADER).exists():
        yield f"{HEADER} does not exist"
        return
    header = tree.text(HEADER)
    constants = {f"{name} = {number}" for name, number in CONSTANT.findall(header)}
    yield from differences(HEADER, "constant", constants, {f"{name} = {number}" for name, number in wanted_constants(tree).items()})

    functions = set(PROTOTYPE.findall(header))
    implemented = set()
    for path in tree.files("Sources/SMTPProcedural", suffixes={".swift"}):
        implemented |= set(FUNCTION.findall(tree.text(path)))
    yield from differences("Sources/SMTPProcedural", "function", implemented, functions)
    yield from differences(SYMBOLS, "symbol", set(SYMBOL.findall(tree.text(SYMBOLS))), functions)

    methods = {name.removeprefix("smtp_component_") for name in functions}
    methods -= {"abi_version", "set_bytes", "get_bytes"}
    php = tree.text(PHP)
    yield from differences(PHP, "function", set(re.findall(r"^function ipworks_smtp_(\w+)\(", php, re.MULTILINE)), methods)
    for kind, name in (("flag", "FLAGS"), ("number", "NUMBERS")):
        numbers = {str(number) for number, (_, of) in enumerate(properties(tree)) if of == kind}
        stated = set(re.findall(r"\d+", re.search(rf"const {name} = \[(.*?)\];", php).group(1)))
        yield from differences(PHP, f"{name}:", stated, numbers)

    python = tree.text(PYTHON)
    for title, prefix in (("Property", "PROPERTY_"), ("Event", "EVENT_")):
        body = re.search(rf"^class {title}\(.*?(?=^class |\Z)", python, re.MULTILINE | re.DOTALL).group()
        stated = {f"{name} = {number}" for name, number in re.findall(r"^    (\w+) = (\d+)$", body, re.MULTILINE)}
        wanted = {each.removeprefix(prefix) for each in constants if each.startswith(prefix)}
        yield from differences(PYTHON, f"{title}:", stated, wanted)
    called = {name for name in methods if name.startswith("do_")}
    yield from differences(PYTHON, "method", set(re.findall(r"^    def (do_\w+)\(", python, re.MULTILINE)), called)


_TYPES = "".join(
    f"    enum {name}: Int {{\n        case one = 0\n    }}\n" for name in ENUMERATIONS if name not in ("EventKind", "ErrorCode")
)
_CONSTANTS = "".join(
    f"    SMTP_COMPONENT_{line},\n"
    for line in ["PROPERTY_VERSION = 0", "PROPERTY_MAIL_SERVER = 1", "EVENT_PI_TRAIL = 1", "EVENT_END = 2", "ERROR_BUSY = 166"]
    + [f"{prefix}_ONE = 0" for name, (_, prefix) in ENUMERATIONS.items() if name not in ("EventKind", "ErrorCode")]
)
GOOD = {
    f"{CLASS}/Tables/PropertyTable.swift": 'PropertyRow(.version, "VERSION", .text(v), x),\nPropertyRow(\n    .mailServer,\n    "M",\n    .flag(true)),\n',
    f"{CLASS}/Tables/EventKind.swift": "enum EventKind: Int, X {\n    case piTrail = 1\n    case end\n\n    /// Its name.\n    package var name\n",
    f"{CLASS}/Tables/ErrorCode.swift": "enum ErrorCode: Int {\n    case busy = 166\n}\n",
    f"{CLASS}/Class/SMTP+Types.swift": _TYPES,
    HEADER: _CONSTANTS + "int smtp_component_set(int a);\nconst char *smtp_component_do_queue(\n    int a);\n",
    SYMBOLS: "        smtp_component_set;\n        smtp_component_do_queue;\n",
    "Sources/SMTPProcedural/A.swift": "@c @implementation\npublic func smtp_component_set() {}\n@c @implementation\npublic func smtp_component_do_queue() {}\n",
    PHP: "const FLAGS = [1];\nconst NUMBERS = [];\nfunction ipworks_smtp_set($a)\nfunction ipworks_smtp_do_queue($a)\n",
    PYTHON: "class Property(E):\n    VERSION = 0\n    MAIL_SERVER = 1\n\nclass Event(E):\n    PI_TRAIL = 1\n    END = 2\n\nclass SMTP:\n    def do_queue(self):\n",
}
BAD = {
    "another number in the header": {**GOOD, HEADER: GOOD[HEADER].replace("MAIL_SERVER = 1", "MAIL_SERVER = 2")},
    "a constant that is missing": {**GOOD, HEADER: GOOD[HEADER].replace("    SMTP_COMPONENT_ERROR_BUSY = 166,\n", "")},
    "a function that is not implemented": {**GOOD, "Sources/SMTPProcedural/A.swift": "\n"},
    "a symbol that is not shown": {**GOOD, SYMBOLS: "        smtp_component_set;\n"},
    "a function that PHP lacks": {**GOOD, PHP: GOOD[PHP].replace("function ipworks_smtp_set($a)\n", "")},
    "a kind of value that PHP does not know": {**GOOD, PHP: GOOD[PHP].replace("FLAGS = [1]", "FLAGS = [0]")},
    "another number in Python": {**GOOD, PYTHON: GOOD[PYTHON].replace("END = 2", "END = 3")},
    "no header": {name: text for name, text in GOOD.items() if name != HEADER},
}
