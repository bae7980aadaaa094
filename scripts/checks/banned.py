# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Constructs that have no place in Sources."""

import re

from . import swift_source

TITLE = "banned constructs"

PROGRAMS = r"(?<![\w.])(?:system|popen|fork|vfork|posix_spawnp?|exec[lv][pe]*)\("
# In code, without comments and the text of literals.
CODE = {
    r"\btry!": "`try!` traps",
    r"\bas!": "`as!` traps",
    r"\bfatalError\b": "`fatalError` traps",
    r"\bpreconditionFailure\b": "`preconditionFailure` traps",
    r"\bassertionFailure\b": "`assertionFailure` traps in debug builds only",
    r"\bU?Int\d+\(truncatingIfNeeded:": "truncation turns one character into another (T6)",
    r"(?<![\w.])(?:print|debugPrint|dump|NSLog)\(": "output goes through one writer",
    PROGRAMS: "no other program is ever started (T1)",
    r"\bProcess\(\)": "no other program is ever started (T1)",
    r"\bimport Subprocess\b": "no other program is ever started (T1)",
    r"\bnonisolated\(unsafe\)": "`nonisolated(unsafe)` switches the data-race check off",
}
# The two places where a program is started, by an absolute path with its arguments, without a shell: the command that prints a
# secret, and the full smtpq, which takes the place of the small one.
STARTING = {
    "Sources/SMTPClient/SecretCommand.swift": r"\bimport Subprocess\b",
    "Sources/QuickSend/FullProgram.swift": PROGRAMS,
}
# In the text of literals too.
TEXT = {r"/bin/(?:ba|da)?sh\b": "no shell is ever started (T1)"}
TYPE = re.compile(r"\b(?:struct|class|enum|actor|protocol|typealias)\s+(?P<name>[A-Z]\w*)")
VAGUE = re.compile(r"(?:Manager|Helper|Helpers|Util|Utils|Utilities|Common|Base|Impl)$")
COMMENT = re.compile(r"//[^\n]*")


def problems(tree):
    for path in tree.files("Sources", suffixes={".swift", ".c", ".h"}):
        text = tree.text(path)
        code = swift_source.code(text)
        for patterns, where in ((CODE, code), (TEXT, COMMENT.sub("", text))):
            for pattern, reason in patterns.items():
                if STARTING.get(str(path)) == pattern:
                    continue
                for match in re.finditer(pattern, where):
                    yield f"{path}:{line(where, match)}: {match.group().strip()}: {reason}"
        if VAGUE.search(path.stem):
            yield f"{path}: a vague name: say what it does"
        for match in TYPE.finditer(code):
            name = match.group("name")
            if VAGUE.search(name):
                yield f"{path}:{line(code, match)}: {name}: a vague name, say what it does"
            if name == path.parts[1]:
                yield f"{path}:{line(code, match)}: {name}: a type named like its module"


def line(text, match):
    return text.count("\n", 0, match.start()) + 1


GOOD = {
    "Sources/A/Queue.swift": (
        'struct Queue {}\n// never try! or print(\nlet text = "fatalError print( \\(writer.print("x"))"\n'
        "let base: DatabaseName\nwriter.system(1)\n/* popen( */\n"
    ),
    "Sources/SMTPClient/SecretCommand.swift": "internal import Subprocess\n",
}
BAD = {
    name: {"Sources/A/Queue.swift": text + "\n"}
    for name, text in {
        "try!": "let a = try! b()",
        "as!": "let a = b as! C",
        "fatalError": 'fatalError("x")',
        "preconditionFailure": "preconditionFailure()",
        "assertionFailure": "assertionFailure()",
        "truncation": "UInt8(truncatingIfNeeded: scalar.value)",
        "print": 'print("x")',
        "print in an interpolation": 'let a = "\\(print(1))"',
        "system": 'system("ls")',
        "popen": 'popen("ls", "r")',
        "spawn": "posix_spawn(&pid, path, nil, nil, argv, envp)",
        "exec": "execve(path, argv, envp)",
        "Process": "let child = Process()",
        "a package that spawns": "internal import Subprocess",
        "a shell": 'let shell = "/bin/sh"',
        "unsafe isolation": "nonisolated(unsafe) var x = 1",
        "a Manager": "struct QueueManager {}",
        "a Helper": "enum QueueHelper {}",
        "an Impl": "final class QueueImpl {}",
        "a type named like its module": "struct A {}",
    }.items()
} | {"a file with a vague name": {"Sources/A/StringUtil.swift": "\n"}, "a call in C": {"Sources/C/C.c": 'int a = system("x");\n'}}
