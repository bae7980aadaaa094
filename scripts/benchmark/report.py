# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Results as Markdown tables."""

from .peers import SMTPQueueDaemon


def table(scenario, results):
    """The table of a scenario. `results` are the rounds of each row."""
    heads = ["", *(column.head for column in scenario.columns)]
    if scenario.main:
        heads.append("smtpqd is")
    rows = [[label, *(column.text(rounds) for column in scenario.columns)] for label, rounds in results.items()]
    if scenario.main:
        for row, rounds in zip(rows, results.values()):
            row.append(ratio(scenario, results.get(SMTPQueueDaemon.name), rounds))
    lines = [f"### {scenario.title}", "", line(heads), line(["---", *["---:"] * (len(heads) - 1)]), *map(line, rows)]
    return "\n".join(lines)


def line(cells):
    return f"| {' | '.join(cells)} |"


def ratio(scenario, ours, theirs):
    """How many times better smtpqd is."""
    column = next(each for each in scenario.columns if each.figure == scenario.main)
    if not ours or ours is theirs or not theirs:
        return ""
    own, other = column.value(ours), column.value(theirs)
    return f"{own / other if scenario.more_is_better else other / own:,.2f} ×"
