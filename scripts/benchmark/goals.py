# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The goals of the project, and what was measured of them."""

import dataclasses
import statistics

from .peers import Ceiling, DMA, Postfix, SMTPQueueDaemon, TunedPostfix
from .report import line
from .scenario import percentile_99

MIB = 1 << 20
POSTFIXES = (Postfix.name, TunedPostfix.name)


@dataclasses.dataclass(frozen=True)
class Goal:
    """A limit for a figure. `measured` takes the results and raises KeyError or ValueError where they do not tell."""

    figure: str
    limit: float
    measured: object
    at_least: bool = False
    format: str = "{:,.2f}"

    def row(self, results):
        """The row of the table; None where the results do not tell."""
        sign = "≥" if self.at_least else "≤"
        goal = f"{sign} {self.format.format(self.limit)}"
        try:
            value = self.measured(Figures(results))
        except (KeyError, ValueError):
            return None
        reached = value >= self.limit if self.at_least else value <= self.limit
        missed = self.limit / value if self.at_least else value / self.limit
        verdict = "reached" if reached else f"missed by a factor of {missed:.2f}"
        return [self.figure, goal, self.format.format(value), verdict]


class Figures:
    """The medians in the results."""

    def __init__(self, results):
        self.results = results

    def rounds(self, scenario, label=SMTPQueueDaemon.name):
        found = self.results[scenario][label]
        if not found:
            raise KeyError(label)
        return found

    def median(self, scenario, figure, label=SMTPQueueDaemon.name):
        return statistics.median(each[figure] for each in self.rounds(scenario, label))

    def samples(self, scenario, figure, label=SMTPQueueDaemon.name):
        return [sample for each in self.rounds(scenario, label) for sample in each[figure]]

    def of_peers(self, scenario, figure, names=None):
        """The medians of those peers that have one."""
        ours = (SMTPQueueDaemon.name, Ceiling.name)
        labels = [each for each, rounds in self.results[scenario].items() if rounds and each not in ours]
        return [self.median(scenario, figure, each) for each in labels if names is None or each in names]

    def longest(self):
        """The rows of smtpqd with the longest queue that was measured, and with an empty one."""
        waiting = {
            rounds[0]["waiting"]: label
            for label, rounds in self.results["big"].items()
            if rounds and label.startswith("smtpqd")
        }
        return waiting[max(waiting)], waiting[0]

    def slower_with_long_queue(self):
        longest, empty = self.longest()
        slow, fast = (statistics.median(self.samples("big", "latency", label)) for label in (longest, empty))
        return slow / fast


GOALS = (
    Goal(
        "drain, 4 KiB, against the best Postfix",
        6,
        lambda it: it.median("drain", "rate") / max(it.of_peers("drain", "rate", POSTFIXES)),
        True,
    ),
    Goal(
        "drain against the bare C program",
        0.9,
        lambda it: it.median("drain", "rate") / it.median("drain", "rate", Ceiling.name),
        True,
    ),
    Goal(
        "CPU a message against the best Postfix",
        1 / 8,
        lambda it: it.median("drain", "cpu") / min(it.of_peers("drain", "cpu", POSTFIXES)),
        format="{:.3f}",
    ),
    Goal("peak memory of the drain, MiB", 40, lambda it: it.median("drain", "memory") / MIB, format="{:.0f}"),
    Goal(
        "`smtpq send` against dma's sendmail",
        1,
        lambda it: it.median("enqueue", "one") / it.median("enqueue", "one", DMA.name),
    ),
    Goal(
        "four at once against the best peer",
        1.5,
        lambda it: it.median("enqueue", "four") / max(it.of_peers("enqueue", "four")),
        True,
    ),
    Goal("bulk enqueue, messages/s", 10_000, lambda it: it.median("bulk", "rate"), True, "{:,.0f}"),
    Goal("rename to MAIL at an idle sink, median ms", 2, lambda it: statistics.median(it.samples("latency", "rename"))),
    Goal("the same, p99 ms", 5, lambda it: percentile_99(it.samples("latency", "rename"))),
    Goal("longest queue: start s", 5, lambda it: it.median("big", "start", it.longest()[0])),
    Goal(
        "longest queue: peak memory MiB",
        150,
        lambda it: it.median("big", "memory", it.longest()[0]) / MIB,
        format="{:.0f}",
    ),
    Goal("longest queue: latency against an empty one", 1.1, lambda it: it.slower_with_long_queue()),
    Goal("throughput kept beside a hanging relay", 0.95, lambda it: it.median("hanging", "kept"), True),
)


def table(results):
    """The goals that the results tell of."""
    rows = [row for goal in GOALS if (row := goal.row(results))]
    if not rows:
        return ""
    return "\n".join(["### Goals", "", line(["figure", "goal", "measured", ""]), line(["---"] * 4), *map(line, rows)])
