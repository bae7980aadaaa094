# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Metrics as others read them: the client library of Prometheus for Python, and promtool."""

import http.client
import json
import socket
import subprocess

PYTHON = "/usr/bin/python3"
READ = """\
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as prometheus
read = {"openmetrics": openmetrics, "prometheus": prometheus}[sys.argv[1]]
json.dump([
    {"type": family.type, "unit": family.unit, "help": family.documentation, "samples": [[s.name, s.labels, s.value] for s in family.samples]}
    for family in read(sys.stdin.read())
], sys.stdout)
"""
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"


class Metrics:
    """One reading of the metrics."""

    def __init__(self, text, form="prometheus"):
        self.text = text
        result = subprocess.run([PYTHON, "-c", READ, form], input=text.encode(), capture_output=True, timeout=60)
        if result.returncode != 0:
            raise AssertionError(f"{result.stderr.decode()}\n{text}")
        self.families = json.loads(result.stdout)

    def value(self, name, **labels):
        """The value of a sample; None when there is none with these labels, no fewer and no more."""
        for family in self.families:
            for sample, of, value in family["samples"]:
                if (sample, of) == (name, labels):
                    return value
        return None


def scrape(port, accept=OPENMETRICS):
    """Read the metrics from a listener, and check what HTTP says of them."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", "/metrics", headers={"Accept": accept} if accept else {})
    response = connection.getresponse()
    text = response.read().decode()
    assert response.status == 200, response.status
    kind = response.getheader("Content-Type")
    if accept == OPENMETRICS:
        assert kind == OPENMETRICS, kind
        return Metrics(text, "openmetrics")
    assert kind == "text/plain; version=0.0.4; charset=utf-8", kind
    return Metrics(text)


def scrape_socket(path):
    """Read the metrics from a listener on a socket, as text with the HTTP header."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(20)
        client.connect(str(path))
        client.sendall(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return b"".join(iter(lambda: client.recv(65536), b"")).decode()


def promtool(*arguments, data=""):
    """Run promtool; it must find nothing wrong."""
    result = subprocess.run(["promtool", *map(str, arguments)], input=data, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, f"promtool {' '.join(map(str, arguments))}: {result.stdout}{result.stderr}"
    return result.stdout
