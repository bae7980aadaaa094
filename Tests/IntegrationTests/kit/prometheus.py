# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""A private Prometheus that scrapes one daemon, and a private node_exporter that reads its file."""

import json
import urllib.parse
import urllib.request

from .processes import Program
from .waiting import wait_until
from .workspace import free_port

CONFIGURATION = """\
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: [{rules}]
scrape_configs:
  - job_name: smtpqd
    static_configs: [{{targets: ["127.0.0.1:{target}"]}}]
"""


def get(url):
    """Fetch a text on loopback; None while nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=20) as response:
            return response.read().decode()
    except OSError:
        return None


class Prometheus:
    """Prometheus with the rules of this project."""

    def __init__(self, folder, target, rules):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        configuration = folder / "prometheus.yml"
        configuration.write_text(CONFIGURATION.format(target=target, rules=rules))
        self.program = Program(
            ["prometheus", f"--config.file={configuration}", f"--storage.tsdb.path={folder / 'data'}",
             f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=warn"],
            folder / "prometheus.log",
        )

    def start(self):
        self.program.start()
        wait_until(lambda: get(f"{self.url}/-/ready"), 30, "Prometheus", describe=self.program.output)
        return self

    def stop(self):
        self.program.stop()

    def query(self, expression):
        """The result of an expression; an error in it is a failure."""
        answer = json.loads(get(f"{self.url}/api/v1/query?{urllib.parse.urlencode({'query': expression})}"))
        assert answer["status"] == "success", f"{expression}: {answer}"
        return answer["data"]["result"]

    def value(self, expression):
        """The one number that an expression gives; None when it gives none."""
        result = self.query(expression)
        return float(result[0]["value"][1]) if result else None

    def alerts(self):
        """The alerts that are pending or firing, by name."""
        return {each["labels"]["alertname"]: each["state"] for each in json.loads(get(f"{self.url}/api/v1/alerts"))["data"]["alerts"]}


class NodeExporter:
    """node_exporter with nothing but its textfile collector."""

    def __init__(self, folder, directory):
        self.port = free_port()
        self.program = Program(
            ["prometheus-node-exporter", "--collector.disable-defaults", "--collector.textfile",
             f"--collector.textfile.directory={directory}", f"--web.listen-address=127.0.0.1:{self.port}"],
            folder / "node_exporter.log",
        )

    def start(self):
        self.program.start()
        wait_until(self.text, 30, "node_exporter", describe=self.program.output)
        return self

    def stop(self):
        self.program.stop()

    def text(self):
        """What it shows."""
        return get(f"http://127.0.0.1:{self.port}/metrics")
