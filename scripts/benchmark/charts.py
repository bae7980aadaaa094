# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The charts of the documentation."""

import statistics

from .line_chart import LineChart
from .peers import Ceiling, Postfix, SMTPQueueDaemon, TunedPostfix


def write(results, folder):
    """Write those charts that the results have figures for; return their paths."""
    found = []
    if "connections" in results:
        series = points(results["connections"], "connections", "rate", (SMTPQueueDaemon, Ceiling, TunedPostfix))
        chart = LineChart("Drain, 4 KiB a message", "connections", "messages/s", series)
        found.append(save(chart, folder / "connections.svg"))
    if "big" in results:
        series = points(results["big"], "waiting", "latency", (SMTPQueueDaemon, Postfix))
        chart = LineChart(
            "From the sending command to the relay", "messages that wait and are not due", "ms, median", series
        )
        found.append(save(chart, folder / "queue-length.svg"))
    return found


def points(results, x, y, kinds):
    """The series of each kind: the medians of a figure over another."""
    series = {}
    for kind in kinds:
        for label, rounds in results.items():
            if rounds and label.startswith(f"{kind.name}, "):
                samples = [each[y] for each in rounds]
                flat = [value for each in samples for value in (each if isinstance(each, list) else [each])]
                series.setdefault(kind.name, []).append((rounds[0][x], statistics.median(flat)))
    return series


def save(chart, path):
    path.write_text(chart.svg())
    return path
