# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""What a scenario is, and what a column of its table is."""

import dataclasses
import statistics


@dataclasses.dataclass(frozen=True)
class Column:
    """A figure of a scenario: its heading, its name among the figures of a round, its unit as a format."""

    head: str
    figure: str
    format: str = "{:,.0f}"
    scale: float = 1
    statistic: object = statistics.median

    def value(self, rounds):
        """The figure of all rounds: the median, or what a column makes of all samples. None without a sample."""
        samples = []
        for each in rounds:
            found = each.get(self.figure)
            samples += found if isinstance(found, list) else [found]
        samples = [each for each in samples if each is not None]
        return self.statistic(samples) if samples else None

    def text(self, rounds):
        value = self.value(rounds)
        return "–" if value is None else self.format.format(value * self.scale)


def percentile_99(samples):
    return sorted(samples)[max(0, -(-len(samples) * 99 // 100) - 1)]


class Scenario:
    """A measurement. A subclass for each stands in `scenarios`."""

    key = title = note = ""
    columns = ()
    main = ""
    """The figure whose ratio to smtpqd's the table shows."""
    more_is_better = True
    rounds = None
    """How many rounds, where it is not for the command line to say."""

    def __init__(self, options):
        self.options = options

    def contenders(self, kinds, ground):
        """The contenders it applies to, each with the label of its row."""
        return [(each.name, ground.contender(each)) for each in kinds if self.applies(each)]

    def applies(self, kind):
        return True

    def measure(self, contender, ground):
        """One round: the figures by their names."""
        raise NotImplementedError

    def count(self, contender):
        """How many messages a drain of this contender has."""
        return min(self.options.count, contender.most)
