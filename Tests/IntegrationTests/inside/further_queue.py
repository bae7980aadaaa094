# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""smtpqd@.service: a further queue beside the first one, and the sandbox of both."""

import json
import os
import pathlib
import re
import shutil
import unittest

from inside import system
from inside.service_case import ServiceCase
from inside.system import QUEUE, show, systemctl
from kit import messages
from kit.binaries import PROJECT
from kit.daemon import smtpq
from kit.queue_directory import QueueDirectory
from kit.waiting import wait_until

UNIT = "smtpqd@orders.service"
ORDERS = pathlib.Path("/var/spool/smtpq-orders")
CONFIGURATION = pathlib.Path("/etc/smtpqd/orders/smtpqd.toml")


def setUpModule():
    system.install()


class FurtherQueue(ServiceCase):
    def setUp(self):
        super().setUp()
        self.addCleanup(shutil.rmtree, ORDERS, ignore_errors=True)
        self.addCleanup(shutil.rmtree, CONFIGURATION.parent, ignore_errors=True)
        self.addCleanup(systemctl, "stop", UNIT, check=False)

    def test_it_has_a_directory_a_configuration_and_a_process_of_its_own(self):
        self.configure(CONFIGURATION, QueueDir=str(ORDERS))
        systemctl("start", "smtpqd.service", UNIT)
        self.assertNotEqual(show("MainPID"), show("MainPID", UNIT))
        for facts in (
            lambda path: (path.stat().st_mode, path.owner(), path.group()),
            lambda path: os.getxattr(path, "system.posix_acl_default"),
        ):
            self.assertEqual(facts(ORDERS), facts(QUEUE))

        stem = smtpq(
            "send", "--config", CONFIGURATION, "-f", "a@app.example", "b@example.net", data=b"Subject: x\n\nto orders\n"
        ).stdout.strip()
        orders = QueueDirectory(ORDERS)
        wait_until(lambda: not orders.states(stem), 20, "the delivery", describe=lambda: system.journal_text("-u", UNIT))
        self.queue.drop(messages.message("first"), "first")
        self.assert_delivered("first")
        entries = system.journal("-t", "smtpqd", f"SMTPQ_ID={stem}")
        self.assertEqual(entries[-1]["_SYSTEMD_UNIT"], UNIT)

    def test_without_a_configuration_it_is_not_started(self):
        systemctl("start", UNIT)
        self.assertEqual((show("ActiveState", UNIT), show("ConditionResult", UNIT)), ("inactive", "no"))
        self.assertFalse(ORDERS.exists())

    def test_systemd_finds_no_mistake_in_the_units(self):
        result = system.run("systemd-analyze", "verify", "--man=no", "smtpqd.service", UNIT, "smtpqd.path", check=False)
        ours = [line for line in result.stderr.splitlines() if "smtpqd" in line]
        self.assertEqual((result.returncode, ours), (0, []))

    def test_the_sandbox_is_tight_and_each_exception_has_its_reason(self):
        reasons = dict(re.findall(
            r"^#   (\S+=\S*) {2,}(\S.*)$", (PROJECT / "systemd" / "smtpqd.common.conf").read_text(), re.MULTILINE
        ))
        for unit in ("smtpqd.service", UNIT):
            with self.subTest(unit):
                result = system.run("systemd-analyze", "security", "--no-pager", "--threshold=15", unit, check=False)
                self.assertEqual(result.returncode, 0, result.stdout[-400:])
                found = json.loads(system.run("systemd-analyze", "security", "--json=short", unit).stdout)
                exceptions = {each["name"] for each in found if float(each["exposure"] or 0) > 0}
                self.assertEqual(exceptions, set(reasons))


if __name__ == "__main__":
    unittest.main()
