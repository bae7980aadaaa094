# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The checks of scripts/check, one module each.

A check module has a `TITLE`, a function `problems(tree)` that yields one line for each violation, and for the self-test
`GOOD` (files that it must accept) and `BAD` (sets of files, by the violation they show, that it must refuse).
"""

from . import (
    banned, bash_and_python, catalog, examples, formatting, headers, imports, layering, lengths, links, listing, log_lines,
    members, metrics, paths, procedural, settings, tasks,
)

ALL = (
    headers, lengths, imports, layering, banned, tasks, paths, listing, links, settings, catalog, log_lines, metrics, members,
    procedural, examples, bash_and_python, formatting,
)
