# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""What smtpq prints for programs is what `etc/schema/smtpq.json` says."""

import json

import jsonschema

from kit.binaries import PROJECT
from kit.case import MailTestCase
from kit.scripted_relay import Rule
from kit.waiting import wait_until

SCHEMA = json.loads((PROJECT / "etc/schema/smtpq.json").read_text())


class JSON(MailTestCase):
    def setUp(self):
        super().setUp()
        self.mta = self.relay(rules=[Rule("RCPT TO:<nobody", b"550 5.1.1 no such user\r\n"), Rule("RCPT TO:<later", b"451 4.7.1 busy\r\n")])
        self.smtpqd = self.daemon(self.mta.port, keep=True)

    def printed(self, kind, *arguments, check=True):
        """The objects that a command prints, each after the schema of its kind."""
        validator = jsonschema.Draft202012Validator({**SCHEMA, "$ref": f"#/$defs/{kind}"})
        found = [json.loads(line) for line in self.smtpqd.smtpq(*arguments, "--json", check=check).stdout.splitlines()]
        for each in found:
            validator.validate(each)
        return found

    def drop(self, *recipients, stem, sender="<app@app.example>"):
        lines = [f"Queue-From: {sender}", *(f"Queue-To: <{each}>" for each in recipients), "", "x", ""]
        self.smtpqd.queue.drop("\n".join(lines).encode(), stem)

    def test_the_schema_is_one(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def test_messages_and_status(self):
        self.printed("status", "status")
        self.smtpqd.start()
        self.drop("alice@example.net", stem="sent")
        self.drop("alice@example.net", "later@example.net", stem="deferred")
        self.drop("nobody@example.net", stem="failed", sender="<>")
        self.smtpqd.queue.drop(b"Queue-Nonsense: x\n\nx\n", "malformed")
        self.smtpqd.queue.drop(b"Queue-After: 2100-01-01T00:00:00Z\nQueue-From: <>\nQueue-To: <alice@example.net>\n\nx\n", "later")
        self.smtpqd.wait_for_log("deferred")
        wait_until(lambda: self.smtpqd.queue.counts()["failed"] == 2 and self.smtpqd.queue.counts()["sent"] == 1, 20, "the outcomes")
        self.smtpqd.smtpq("hold", "later")
        self.assertEqual(
            {each["id"]: each["state"] for each in self.printed("message", "list")},
            {"sent": "sent", "deferred": "queued", "failed": "failed", "malformed": "failed", "later": "held"},
        )
        for stem in ("sent", "deferred", "malformed"):
            self.printed("message", "show", stem)
        (status,) = self.printed("status", "status")
        self.assertEqual((status["running"], status["counts"]["failed"], status["oldest"]["id"]), (True, 2, "deferred"))

    def test_a_pass_and_a_check(self):
        self.drop("alice@example.net", stem="one")
        self.drop("nobody@example.net", stem="two")
        self.drop("later@example.net", stem="three")
        states = {each["id"]: each["state"] for each in self.printed("pass", "process", check=False)}
        self.assertEqual(states["one"], "delivered")
        self.assertEqual(states["two"], "failed")
        self.assertTrue(self.printed("finding", "check", check=False))
