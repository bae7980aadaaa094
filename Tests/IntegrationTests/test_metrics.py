# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Metrics over HTTP and in a file, read by Prometheus' own tools; its alerts and the dashboard, evaluated on them."""

import json
import re
import socket
import stat

from kit import messages
from kit.binaries import PROJECT
from kit.case import MailTestCase
from kit.metrics import Metrics, promtool, scrape, scrape_socket
from kit.prometheus import NodeExporter, Prometheus
from kit.scripted_relay import Rule
from kit.waiting import wait_until
from kit.workspace import free_port

RULES = PROJECT / "etc" / "prometheus" / "smtpqd.rules.yml"
DASHBOARD = PROJECT / "etc" / "grafana" / "smtpqd.json"
REFUSALS = [
    Rule("RCPT TO:<later@", b"451 4.7.1 greylisted\r\n"),
    Rule("RCPT TO:<never@", b"550 5.1.1 no such user\r\n"),
]


class MetricsCase(MailTestCase):
    def served(self, port, **options):
        """A daemon that shows its metrics everywhere, with the port of its listener."""
        self.port = free_port()
        self.file = self.workspace.folder("textfile") / "smtpqd.prom"
        daemon = self.daemon(
            port, metrics_listen=f"127.0.0.1:{self.port}", metrics_file=self.file, metrics_interval=1, **options
        ).start()
        daemon.program.wait_for_output("the metrics are at")
        return daemon

    def wait_for_values(self, expected, read=None):
        """Wait until the metrics have these values; return them."""
        def reached():
            found = (read or (lambda: scrape(self.port)))()
            return found if all(found.value(name, **labels) == value for name, labels, value in expected) else None

        return wait_until(reached, 30, f"the values {expected}", every=0.2, describe=lambda: scrape(self.port).text)


class Shown(MetricsCase):
    def test_counters_tell_what_was_delivered_deferred_and_failed(self):
        relay = self.relay(rules=list(REFUSALS))
        daemon = self.served(relay.port, reports=True)
        data = messages.message("good")
        for recipient in ("alice", "bob", "later", "never"):
            daemon.queue.drop(messages.message(recipient, recipients=[f"{recipient}@example.net"]))
        (daemon.queue.path / "wrong.queued").write_text("Queue-Bad: yes\n\n")

        def outcome(name, **labels):
            return f"smtpqd_{name}_total", labels

        expected = [
            (*outcome("recipients", relay="primary", outcome="deferred"), 1),
            (*outcome("recipients", relay="primary", outcome="failed"), 1),
            (*outcome("recipients", relay="primary", outcome="unconfirmed"), 0),
            (*outcome("recipients", relay="none", outcome="failed"), 0),
            # The report on the one that failed is delivered too.
            (*outcome("recipients", relay="primary", outcome="delivered"), 3),
            (*outcome("messages_resolved", outcome="delivered"), 3),
            (*outcome("messages_resolved", outcome="deferred"), 1),
            (*outcome("messages_resolved", outcome="failed"), 1),
            (*outcome("messages_claimed"), 5),
            (*outcome("reports", kind="failed", outcome="made"), 1),
            (*outcome("reports", kind="failed", outcome="withheld"), 0),
            (*outcome("files_refused", kind="malformed"), 1),
            ("smtpqd_delivery_delay_seconds_count", {"relay": "primary"}, 3),
            ("smtpqd_transaction_duration_seconds_count", {"relay": "primary", "outcome": "delivered"}, 3),
            ("smtpqd_queue_messages", {"state": "queued"}, 1),
            ("smtpqd_relay_state", {"relay": "primary", "state": "ok"}, 1),
            ("smtpqd_relay_state", {"relay": "primary", "state": "open"}, 0),
        ]
        found = self.wait_for_values(expected)
        self.assertGreater(found.value("smtpqd_sent_bytes_total", relay="primary"), 2 * len(data) - 50)
        self.assertGreater(found.value("smtpqd_sync_duration_seconds_count"), 0)
        self.assertLess(found.value("smtpqd_sync_duration_seconds_sum"), 60)
        self.assertEqual({family["type"] for family in found.families}, {"counter", "gauge", "histogram"})
        # The file says the same, and the one that a person reads at the port too.
        self.wait_for_values(expected, read=lambda: Metrics(self.file.read_text()))
        plain = scrape(self.port, accept=None)
        for text in (plain.text, self.file.read_text()):
            self.assertEqual(promtool("check", "metrics", data=text), "")
        self.assertEqual(daemon.stop(), 0)
        # The last state of all stays in the file.
        last = Metrics(self.file.read_text())
        self.assertEqual(last.value("smtpqd_connections", relay="primary"), 0)
        daemon.start()
        self.wait_for_values([("smtpqd_queue_messages", {"state": "failed"}, 2), (*outcome("messages_claimed"), 0)])

    def test_every_metric_of_the_table_is_shown(self):
        relay = self.relay()
        daemon = self.served(relay.port)
        daemon.queue.drop(messages.message("one"))
        daemon.wait_for_empty_queue()
        source = (PROJECT / "Sources" / "Delivery" / "Metrics" / "MetricKind.swift").read_text()
        names = set(re.findall(r'case \w+ = "(smtpqd_\w+)"', source))
        self.assertGreater(len(names), 20)
        self.assertEqual(names, set(re.findall(r"(?m)^# TYPE (\S+) ", scrape(self.port, accept=None).text)))

    def test_a_relay_that_is_down_and_mail_that_waits_can_be_seen(self):
        daemon = self.served(free_port())
        daemon.queue.drop(messages.message("one"))
        self.wait_for_values([
            ("smtpqd_relay_state", {"relay": "primary", "state": "ok"}, 0),
            ("smtpqd_queue_messages", {"state": "queued"}, 1),
            ("smtpqd_paused", {}, 0),
        ])
        self.assertGreaterEqual(scrape(self.port).value("smtpqd_relay_faults_total", relay="primary", kind="connect"), 1)
        (daemon.queue.path / ".paused").touch()
        self.wait_for_values([("smtpqd_paused", {}, 1)])

    def test_a_fault_of_the_host_can_be_seen_and_its_end(self):
        daemon = self.served(self.relay().port)
        self.wait_for_values([("smtpqd_host_fault", {}, 0), ("smtpqd_host_faults_total", {}, 0)])
        away = daemon.queue.path.with_name("away")
        daemon.queue.path.rename(away)
        self.wait_for_values([("smtpqd_host_fault", {}, 1), ("smtpqd_host_faults_total", {}, 1)])
        away.rename(daemon.queue.path)
        self.wait_for_values([("smtpqd_host_fault", {}, 0), ("smtpqd_host_faults_total", {}, 1)])

    def test_a_socket_in_place_of_a_port(self):
        path = self.workspace.folder("run") / "metrics.sock"
        for _ in range(2):
            daemon = self.daemon(self.relay().port, metrics_listen=path).start()
            daemon.program.wait_for_output("the metrics are at")
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o666)
            text = scrape_socket(path)
            self.assertTrue(text.startswith("HTTP/1.1 200 OK\r\n"), text)
            self.assertIn("\nsmtpqd_paused 0.0\n", text)
            # The second time there is what a killed process has left.
            daemon.kill()
            self.assertTrue(path.exists())

    def test_mail_flows_when_metrics_can_be_shown_nowhere(self):
        relay = self.relay()
        folder = self.workspace.folder("taken")
        with socket.create_server(("127.0.0.1", 0)) as other:
            daemon = self.daemon(
                relay.port, metrics_listen=f"127.0.0.1:{other.getsockname()[1]}", metrics_file=folder / "missing" / "smtpqd.prom",
                metrics_interval=1,
            ).start()
            daemon.program.wait_for_output("the metrics are not at")
            daemon.program.wait_for_output("the metrics are not written")
            daemon.queue.drop(messages.message("one"))
            self.assert_delivered(daemon, relay, "alice@example.net")
        (folder / "missing").mkdir()
        daemon.program.wait_for_output("the metrics are written again")
        self.assertEqual(daemon.program.output().count("the metrics are not written"), 1)
        self.assertEqual(Metrics((folder / "missing" / "smtpqd.prom").read_text()).value("smtpqd_paused"), 0)

    def test_hostile_clients_hinder_neither_mail_nor_metrics(self):
        relay = self.relay()
        daemon = self.served(relay.port)
        holders = [self.client([b"", b"GET /metrics HTTP/1.1\r\n"][number % 2]) for number in range(200)]
        for number in range(100):
            self.assertTrue(self.is_ended(self.client([b"G" * 50_000, b"\0" * 1000][number % 2])))
        daemon.queue.drop(messages.message("one"))
        self.assert_delivered(daemon, relay, "alice@example.net")
        self.assertEqual(scrape(self.port).value("smtpqd_messages_resolved_total", outcome="delivered"), 1)
        # All but the latest have been hung up on.
        for client in holders[:-16]:
            self.assertTrue(self.is_ended(client))
        with open(f"/proc/{daemon.program.pid}/status") as status:
            self.assertLess(next(int(line.split()[1]) for line in status if line.startswith("VmHWM")), 200 << 10)

    def client(self, data):
        """A connection to the listener on which something was sent."""
        client = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        self.addCleanup(client.close)
        try:
            client.sendall(data)
        except ConnectionError:
            pass
        return client

    @staticmethod
    def is_ended(client):
        try:
            return client.recv(1) == b""
        except ConnectionError:
            return True


class Watched(MetricsCase):
    def test_prometheus_reads_them_and_its_alerts_and_the_dashboard_understand_them(self):
        relay = self.relay(rules=list(REFUSALS))
        daemon = self.served(relay.port)
        prometheus = Prometheus(self.workspace.folder("prometheus"), self.port, RULES).start()
        self.addCleanup(prometheus.stop)
        node = NodeExporter(self.workspace.folder("node"), self.file.parent).start()
        self.addCleanup(node.stop)
        daemon.queue.drop(messages.message("one"))
        daemon.queue.drop(messages.message("two", recipients=["never@example.net"]))
        delivered = 'smtpqd_recipients_total{job="smtpqd", relay="primary", outcome="delivered"}'
        wait_until(lambda: prometheus.value(delivered) == 1, 30, "the delivery in Prometheus", every=0.2)
        # A rate needs two readings.
        wait_until(lambda: prometheus.query(f"rate({delivered}[10s])"), 30, "a rate in Prometheus", every=0.2)
        self.assertEqual(prometheus.value('up{job="smtpqd"}'), 1)
        # One message was given up, so that is on its way to an alert; SmtpqdDown was, before the first scrape.
        wait_until(lambda: prometheus.alerts().keys() <= {"SmtpqdMailFailed"}, 10, "no alert", every=0.2, describe=prometheus.alerts)
        panels = [panel for panel in json.loads(DASHBOARD.read_text())["panels"] if panel["type"] != "row"]
        for panel in panels:
            for target in panel["targets"]:
                expression = target["expr"].replace("$__rate_interval", "10s").replace("$instance", ".*").replace("$relay", ".*")
                with self.subTest(panel["title"], expression=expression):
                    # Where a filter is part of the question, there may be nothing to show.
                    self.assertTrue(prometheus.query(expression) or "> 0" in expression)
        relay.stop()
        daemon.queue.drop(messages.message("three"))
        wait_until(lambda: prometheus.alerts().get("SmtpqdNoRelay") == "pending", 30, "the alert", every=0.2)
        # The other way leads to the same numbers.
        wait_until(lambda: Metrics(self.file.read_text()).value("smtpqd_relay_state", relay="primary", state="ok") == 0, 10, "the file")
        text = node.text()
        self.assertIn("\nnode_textfile_scrape_error 0\n", text)
        self.assertIn('\nsmtpqd_relay_state{relay="primary",state="ok"} 0\n', text)
        self.assertIn("\n# TYPE smtpqd_recipients_total counter\n", text)

    def test_the_alerts_ring_when_they_should(self):
        promtool("check", "rules", RULES)
        promtool("test", "rules", PROJECT / "Tests" / "IntegrationTests" / "prometheus" / "smtpqd.rules.test.yml")
