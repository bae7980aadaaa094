# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""What one run, or many, have shown: a row of the table."""

import collections
import dataclasses


@dataclasses.dataclass
class Result:
    """Counts and violations. Results add up."""

    points: int = 0
    """Kill points, faults or power cuts that took effect."""
    accepted: int = 0
    delivered: int = 0
    lost: int = 0
    duplicated: int = 0
    announced: int = 0
    """Messages that recovery names as possible duplicates: the bound of `duplicated`."""
    recovered: int = 0
    """Runs after which everything was delivered, or in its one state."""
    notes: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    violations: list = dataclasses.field(default_factory=list)

    COUNTS = ("points", "accepted", "delivered", "lost", "duplicated", "announced", "recovered")

    def __add__(self, other):
        counts = {name: getattr(self, name) + getattr(other, name) for name in self.COUNTS}
        return Result(**counts, notes=self.notes + other.notes, violations=self.violations + other.violations)

    def check(self, holds, violation):
        """Record a violation unless `holds`."""
        if not holds:
            self.violations.append(violation)
        return holds


def table(rows):
    """The results as text: a line for each part."""
    heads = ("", *Result.COUNTS)
    lines = [heads, *((name, *(f"{getattr(result, each):,}" for each in Result.COUNTS)) for name, result in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    first, *others = widths
    return "\n".join(
        f"{line[0]:{first}}" + "".join(f"{text:>{width + 2}}" for text, width in zip(line[1:], others)) for line in lines
    )
