# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The metrics' page says what the table in the code says; dashboard and alerts name metrics that exist, and are complete."""

import json
import re

TITLE = "metrics in documents, dashboard and alerts"

SOURCE = "Sources/Delivery/Metrics/MetricKind.swift"
PAGE = "Sources/Delivery/Delivery.docc/Metrics.md"
ALERTS = "etc/prometheus/smtpqd.rules.yml"
ALERT_TESTS = "Tests/IntegrationTests/prometheus/smtpqd.rules.test.yml"
CASE = re.compile(r'case (\w+) = "(smtpqd_\w+)"')
DEFINITION = re.compile(
    r'case \.(\w+):\s*\.init\(\s*\.(counter|gauge|histogram)(?:\(bounds: \[[^\]]*\]\))?,\s*((?:\.\w+,\s*)*)help:\s*"([^"]*)"\s*\)'
)
ROW = re.compile(r"^\| `(smtpqd_\w+)` \| (\w+) \| ([^|]*) \| (.*) \|$", re.MULTILINE)
NAME = re.compile(r"\bsmtpqd_[a-z_]+[a-z]\b")
ALERT = re.compile(r"^      - alert: (\w+)\n(.*?)(?=^      - alert: |\Z)", re.MULTILINE | re.DOTALL)


def table(source):
    """What the code says: type, labels and help by name."""
    names = dict(CASE.findall(source))
    found = {}
    for case, shape, labels, text in DEFINITION.findall(source):
        found[names.get(case, case)] = (shape, ", ".join(re.findall(r"\w+", labels)), text)
    for name in names.values():
        found.setdefault(name, None)
    return found


def problems(tree):
    known = table(tree.text(SOURCE))
    for name in sorted(name for name, definition in known.items() if definition is None):
        yield f"{SOURCE}: the definition of {name} is not understood"
    page = {name: tuple(rest) for name, *rest in ROW.findall(tree.text(PAGE))}
    for name in sorted(known.keys() | page.keys()):
        if known.get(name) != page.get(name):
            yield f"{PAGE}: {name} is {page.get(name)}, in the code {known.get(name)}"
    samples = set(known)
    for name, definition in known.items():
        if definition and definition[0] == "histogram":
            samples |= {f"{name}_{part}" for part in ("bucket", "sum", "count")}
    for path in tree.files("etc", suffixes={".json", ".yml"}) + tree.files("Sources", suffixes={".md"}):
        for name in sorted(set(NAME.findall(tree.text(path))) - samples):
            yield f"{path}: the metric {name} does not exist"
    yield from alert_problems(tree)
    for path in tree.files("etc/grafana", suffixes={".json"}):
        yield from dashboard_problems(path, tree.text(path))


def alert_problems(tree):
    page, tests = tree.text(PAGE), tree.text(ALERT_TESTS)
    for name, block in ALERT.findall(tree.text(ALERTS)):
        for key in ("expr:", "severity:", "summary:", "runbook:"):
            if key not in block:
                yield f"{ALERTS}: {name} has no {key[:-1]}"
        if f'alertname="{name}", alertstate="firing"' not in tests:
            yield f"{ALERT_TESTS}: nothing raises {name}"
        if f"`{name}`" not in page:
            yield f"{PAGE}: the alert {name} is missing"


def dashboard_problems(path, text):
    try:
        dashboard = json.loads(text)
    except ValueError as error:
        yield f"{path}: no JSON: {error}"
        return
    panels = dashboard.get("panels", [])
    if len({panel.get("id") for panel in panels}) < len(panels):
        yield f"{path}: two panels have one id"
    taken = {}
    for panel in panels:
        title, place = panel.get("title"), panel.get("gridPos", {})
        if not title or not {"x", "y", "w", "h"} <= place.keys() or place["x"] + place["w"] > 24:
            yield f"{path}: the panel {title} has no title or no place"
            continue
        cells = [(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])]
        for other in sorted({taken[cell] for cell in cells if cell in taken}):
            yield f"{path}: {title} lies over {other}"
        taken.update((cell, title) for cell in cells)
        if panel.get("type") != "row" and not all(target.get("expr") for target in panel.get("targets") or [{}]):
            yield f"{path}: {title} shows nothing"


_SOURCE = (
    'case mail = "smtpqd_mail_total"\ncase time = "smtpqd_time_seconds"\n'
    'case .mail:\n    .init(.counter, .relay, .outcome, help: "Mail.")\n'
    'case .time:\n    .init(\n        .histogram(bounds: [1, 2]),\n        help: "Time."\n    )\n'
)
_ALERT = (
    "      - alert: Slow\n        expr: smtpqd_time_seconds_bucket > 1\n        labels:\n          severity: info\n"
    "        annotations:\n          summary: slow\n          runbook: wait\n"
)
_PANEL = {"id": 1, "type": "stat", "title": "Mail", "gridPos": {"x": 0, "y": 0, "w": 12, "h": 4}, "targets": [{"expr": "smtpqd_mail_total"}]}
_PAGE = "| `smtpqd_mail_total` | counter | relay, outcome | Mail. |\n| `smtpqd_time_seconds` | histogram |  | Time. |\n| `Slow` |\n"


def _dashboard(*panels):
    return json.dumps({"panels": panels})


GOOD = {
    SOURCE: _SOURCE,
    PAGE: _PAGE,
    ALERTS: _ALERT,
    ALERT_TESTS: 'ALERTS{alertname="Slow", alertstate="firing"}',
    "etc/grafana/smtpqd.json": _dashboard(_PANEL, {**_PANEL, "id": 2, "gridPos": {"x": 12, "y": 0, "w": 12, "h": 4}}),
}
BAD = {
    "a metric that the page lacks": {**GOOD, PAGE: _PAGE.replace("mail", "post")},
    "a label that the page lacks": {**GOOD, PAGE: _PAGE.replace("relay, ", "")},
    "another help on the page": {**GOOD, PAGE: _PAGE.replace("Mail.", "Post.")},
    "a definition of another kind": {**GOOD, SOURCE: _SOURCE.replace(".init(.counter", ".make(.counter")},
    "an alert on a metric that does not exist": {**GOOD, ALERTS: _ALERT.replace("_bucket", "_total")},
    "an alert without a runbook": {**GOOD, ALERTS: _ALERT.replace("runbook", "note")},
    "an alert that no test raises": {**GOOD, ALERT_TESTS: ""},
    "an alert that the page lacks": {**GOOD, PAGE: _PAGE.replace("`Slow`", "")},
    "a dashboard that is no JSON": {**GOOD, "etc/grafana/smtpqd.json": "{"},
    "a dashboard with a metric that does not exist": {
        **GOOD, "etc/grafana/smtpqd.json": _dashboard({**_PANEL, "targets": [{"expr": "smtpqd_post_total"}]})
    },
    "panels with one id": {**GOOD, "etc/grafana/smtpqd.json": _dashboard(_PANEL, {**_PANEL, "gridPos": {"x": 0, "y": 9, "w": 1, "h": 1}})},
    "panels over each other": {**GOOD, "etc/grafana/smtpqd.json": _dashboard(_PANEL, {**_PANEL, "id": 2})},
    "a panel that shows nothing": {**GOOD, "etc/grafana/smtpqd.json": _dashboard({**_PANEL, "targets": []})},
}
