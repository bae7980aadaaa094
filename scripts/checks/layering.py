# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Targets depend downwards only: the table below, Package.swift and the imports say the same."""

from . import imports

TITLE = "layering"

# What each target may use, besides the modules of the platform. A dependency that is not here does not exist.
TABLE = {
    # Pure: no I/O, no clock.
    "MailMessage": set(),
    "SMTPProtocol": {"MailMessage", "NIOCore"},
    # System libraries and calls.
    "CLinux": set(),
    "CSystemd": set(),
    "CGSASL": set(),
    "CIDN2": set(),
    # The queue directory, one connection, the way from one to the other.
    "Spool": {"CLinux", "MailMessage", "SystemPackage"},
    "SMTPClient": {
        "CGSASL", "CIDN2", "MailMessage", "SMTPProtocol", "Crypto", "NIOCore", "NIOPosix", "NIOSSL",
        "NIOTLS", "Subprocess", "SystemPackage",
    },
    "SMTPSink": {"NIOCore", "NIOPosix"},
    "OpenMetrics": {"CoreMetrics", "NIOCore", "NIOHTTP1", "NIOPosix"},
    "Delivery": {
        "MailMessage", "SMTPClient", "SMTPProtocol", "Spool", "CoreMetrics", "DequeModule", "HeapModule", "Logging", "NIOCore",
        "NIOPosix",
    },
    # The class for applications.
    "SMTPComponent": {"Delivery", "MailMessage", "SMTPClient", "SMTPProtocol", "Spool", "NIOCore", "NIOPosix"},
    "CSMTPProcedural": set(),
    "SMTPProcedural": {"CSMTPProcedural", "SMTPComponent"},
    # The host.
    "SystemdSupport": {"CSystemd", "Logging"},
    "ProgramOutput": set(),
    "DaemonConfiguration": {"Delivery", "MailMessage", "SMTPClient", "SMTPProtocol", "TOMLKit"},
    # The programs.
    "Submission": {"MailMessage", "ProgramOutput", "Spool"},
    "QuickSend": {"MailMessage", "ProgramOutput", "Spool", "Submission"},
    "smtpqd": {
        "DaemonConfiguration", "Delivery", "OpenMetrics", "ProgramOutput", "Spool", "SystemdSupport", "ArgumentParser", "Logging",
        "NIOCore", "NIOPosix", "ServiceLifecycle", "UnixSignals",
    },
    "smtpq": {
        "DaemonConfiguration", "Delivery", "MailMessage", "ProgramOutput", "SMTPClient", "SMTPProtocol", "SMTPSink",
        "Spool", "Submission", "ArgumentParser", "NIOCore", "NIOPosix",
    },
}
PLATFORM = {"Glibc", "Synchronization", "Dispatch"}
# No I/O, no clock: these take nothing of the platform.
PURE = {"MailMessage", "SMTPProtocol"}
# Foundation costs start-up time: only the configuration and the programs above it may have it.
FOUNDATION = {"Foundation", "FoundationEssentials"}
WITH_FOUNDATION = {"DaemonConfiguration", "smtpqd", "smtpq"}


def allowed(target):
    """Every module that a target may import."""
    modules = set(TABLE[target])
    if target not in PURE:
        modules |= PLATFORM
    if target in WITH_FOUNDATION:
        modules |= FOUNDATION
    return modules


def declared(target):
    """The names of the dependencies of a target in the manifest."""
    return {(list(each.values())[0])[0] for each in target["dependencies"]}


def problems(tree):
    targets = {each["name"]: each for each in tree.manifest()["targets"] if each["type"] != "test"}
    targets = {name: each for name, each in targets.items() if not (each.get("path") or "").startswith("Tests/")}
    for name in sorted(targets.keys() - TABLE.keys()):
        yield f"Package.swift: target {name} is not in the table of scripts/checks/layering.py"
    for name in sorted(TABLE.keys() - targets.keys()):
        yield f"Package.swift: target {name} of scripts/checks/layering.py does not exist"
    for name in sorted(targets.keys() & TABLE.keys()):
        for module in sorted(declared(targets[name]) - TABLE[name]):
            yield f"Package.swift: {name} depends on {module}, which architecture does not allow"
        for module in sorted(TABLE[name] - declared(targets[name])):
            yield f"Package.swift: {name} does not depend on {module}, though the table says so"
    for path in tree.files("Sources", suffixes={".swift"}):
        target = path.parts[1]
        for line, _, module in imports.found(tree.text(path)):
            if target not in TABLE:
                yield f"{path}:{line}: no target {target} in the table"
            elif module not in allowed(target):
                yield f"{path}:{line}: {target} must not import {module}"


def _manifest(**changes):
    """A manifest that agrees with the table, but for `changes`."""
    return {
        "targets": [
            {"name": name, "type": "regular", "dependencies": [{"byName": [each, None]} for each in changes.get(name, uses)]}
            for name, uses in {**TABLE, **changes}.items()
            if changes.get(name, uses) is not None
        ]
    }


GOOD = {"Sources/Spool/A.swift": "internal import MailMessage\ninternal import Glibc\n"}
GOOD_MANIFEST = _manifest()
BAD = {
    "an import upwards": {"Sources/MailMessage/A.swift": "internal import Spool\n"},
    "an import sideways": {"Sources/Spool/A.swift": "internal import SMTPProtocol\n"},
    "sockets in the protocol": {"Sources/SMTPProtocol/A.swift": "internal import NIOPosix\n"},
    "the platform in a pure target": {"Sources/MailMessage/A.swift": "internal import Glibc\n"},
    "Foundation below the configuration": {"Sources/Delivery/A.swift": "internal import FoundationEssentials\n"},
    "a target without a row": {"Sources/Extra/A.swift": "internal import Glibc\n"},
}
BAD_MANIFESTS = {
    "a dependency upwards": _manifest(MailMessage={"Spool"}),
    "a dependency too few": _manifest(Spool={"CLinux"}),
    "a target too many": _manifest(Extra=set()),
    "a target missing": _manifest(Spool=None),
}
