# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The journal's MESSAGE_ID of each kind of event, read from the source that defines them."""

import re

from .binaries import PROJECT

SOURCE = PROJECT / "Sources" / "Delivery" / "Service" / "LogEventKind.swift"
KINDS = dict(re.findall(r'case (\w+) = "([0-9a-f]{32})"', SOURCE.read_text()))
