# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The fenced blocks of the documents."""

import dataclasses
import re

from .binaries import PROJECT

FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclasses.dataclass
class Block:
    """A block of a document."""

    language: str
    text: str
    line: int


def documents():
    """The README files, CONTRIBUTING.md and the pages of the manuals, as paths in the project."""
    named = ("README.md", "CONTRIBUTING.md", "scripts/README.md")
    pages = [*(PROJECT / name for name in named), *PROJECT.glob("Sources/*/*.docc/*.md")]
    return sorted(page.relative_to(PROJECT) for page in pages)


def blocks(document):
    """The blocks of a document that have a language."""
    text = (PROJECT / document).read_text()
    return [Block(found[1], found[2], text.count("\n", 0, found.start()) + 1) for found in FENCE.finditer(text)]
