# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""`sendmail`, `mailq` and `newaliases`: what scripts and programs have relied on for decades."""

import getpass
import json
import re
import smtplib
import subprocess

from kit.case import MailTestCase
from kit.mailer import Mailer
from kit.usage import Usage
from kit.waiting import wait_until

USAGE, BAD_MESSAGE, NO_USER, CANNOT_CREATE, NO_PERMISSION, WRONG_CONFIGURATION = 64, 65, 67, 73, 77, 78
USER = getpass.getuser()


class MailerTestCase(MailTestCase):
    """A daemon that knows this host as app1.example, and the traditional names beside it."""

    def setUp(self):
        super().setUp()
        self.mta = self.relay()
        self.smtpqd = self.daemon(self.mta.port, default_domain="app1.example", local_domains=["localhost", "app1.example"])
        self.aliases = self.workspace.path / "aliases"
        self.aliases.write_text("postmaster: root\nroot: admin@example.com\nlist: \"|/usr/bin/list\"\n")
        self.smtpqd.configure(alias_file=self.aliases)
        self.queue = self.smtpqd.queue
        self.mailer = Mailer(self.workspace.folder("bin"), self.smtpqd)

    def transactions(self, count=1):
        """Start the daemon where it does not run, and return what arrives."""
        if not self.smtpqd.program.is_running:
            self.smtpqd.start()
        return wait_until(
            lambda: self.mta.transactions if len(self.mta.transactions) >= count else None, 20, f"{count} messages",
            describe=self.smtpqd.program.output,
        )

    def only_file(self):
        """The one file of the queue."""
        (stem,) = self.queue.stems("queued")
        return (self.queue.path / f"{stem}.queued").read_text()


class Pipe:
    """A program's standard input, in the place of the socket of smtplib."""

    def __init__(self, process):
        self.input = process.stdin

    def sendall(self, data):
        self.input.write(data)
        self.input.flush()

    def close(self):
        self.input.close()


class Sendmail(MailerTestCase):
    def test_a_message_of_a_script_goes_out_complete(self):
        self.mailer.run("-i", "-F", "Backup Job", "root", "bob@example.org", data=b"Subject: done\n\nall well\n.\n")
        (transaction,) = self.transactions()
        self.assertEqual(transaction.sender, f"{USER}@app1.example")
        self.assertEqual(transaction.recipients, ["admin@example.com", "bob@example.org"])
        self.assertEqual(transaction.header("From"), f"Backup Job <{USER}@app1.example>")
        for field in ("Date", "Message-ID"):
            self.assertTrue(transaction.header(field), field)
        self.assertTrue(transaction.content.endswith(b"\r\n\r\nall well\r\n.\r\n"))

    def test_t_reads_the_header_and_nobody_sees_bcc(self):
        data = b"From: cron (Cron)\nTo: postmaster, Alice <alice@example.net>\nBcc: carol@example.com\nSubject: x\n\nx\n"
        self.mailer.run("-t", "-f", "<>", data=data)
        (transaction,) = self.transactions()
        self.assertEqual(transaction.sender, "")
        self.assertEqual(transaction.recipients, ["admin@example.com", "alice@example.net", "carol@example.com"])
        self.assertEqual(transaction.header("From"), "cron@app1.example (Cron)")
        self.assertEqual(transaction.header("To"), "postmaster@app1.example, Alice <alice@example.net>")
        self.assertNotIn(b"carol", transaction.wire)

    def test_a_message_ends_at_a_dot_unless_told_otherwise(self):
        self.mailer.run("a@b.example", data=b"From me Tue Nov 24 04:10:03\nSubject: x\n\none\n.\ntwo\n")
        self.assertTrue(self.only_file().endswith("\n\none\n"))
        self.assertNotIn("From me", self.only_file())

    def test_an_empty_message_goes_out(self):
        self.mailer.run("a@b.example")
        (transaction,) = self.transactions()
        self.assertIn(USER, transaction.header("From"))

    def test_options_of_reports_reach_the_envelope(self):
        self.mailer.run("-N", "failure,delay", "-R", "hdrs", "-V", "x+1", "-f", "me@app.example", "--", "a@b.example", data=b"x\n")
        self.assertIn("Queue-From: <me@app.example> RET=HDRS ENVID=x+2B1\nQueue-To: <a@b.example> NOTIFY=FAILURE,DELAY\n", self.only_file())

    def test_what_is_wrong_has_an_exit_status_and_leaves_nothing(self):
        for status, arguments, data in (
            (USAGE, (), b"x\n"), (USAGE, ("-Z", "root"), b"x\n"), (USAGE, ("-bd",), b""), (USAGE, ("-N", "often", "root"), b"x\n"),
            (NO_USER, ("alice bob@example.org",), b"x\n"), (NO_USER, ("a@b.example\n, c@d.example",), b"x\n"),
            (BAD_MESSAGE, ("-t",), b"Subject: x\n\nx\n"), (BAD_MESSAGE, ("-f", "a@", "root"), b"x\n"),
        ):
            with self.subTest(arguments):
                result = self.mailer.run(*arguments, data=data, check=False)
                self.assertEqual(result.returncode, status, result.stderr)
                self.assertRegex(result.stderr, r"^sendmail: .+\n$")
        self.assertEqual(list(self.queue.path.iterdir()), [])
        elsewhere = {"SMTPQ_QUEUEDIR": str(self.workspace.path / "none")}
        self.assertEqual(self.mailer.run("root", data=b"x\n", check=False, environment=elsewhere).returncode, CANNOT_CREATE)

    def test_T17_an_address_behind_two_hyphens_is_no_option(self):
        self.mailer.run("--", "-oQ/tmp@example.net", data=b"x\n")
        self.assertIn("Queue-To: <-oQ/tmp@example.net>\n", self.only_file())


class Session(MailerTestCase):
    """`sendmail -bs`."""

    def speak(self, data):
        return self.mailer.run("-bs", data=data).stdout

    def test_a_session_enqueues_messages(self):
        replies = self.speak(
            b"EHLO me\r\nMAIL FROM:<app@app.example> SIZE=10 BODY=8BITMIME RET=HDRS\r\nRCPT TO:<root> NOTIFY=NEVER\r\n"
            b"RCPT TO:<bob@example.org>\r\nDATA\r\nSubject: x\r\n\r\n..dot\r\n.\r\n"
            b"MAIL FROM:<>\r\nRCPT TO:<alice@example.net>\r\nDATA\r\nSubject: y\r\n\r\ny\r\n.\r\nQUIT\r\n"
        )
        self.assertEqual(len(re.findall(r"(?m)^250 2.0.0 queued as \S+\r?$", replies)), 2, replies)
        first, second = sorted(self.transactions(2), key=lambda each: each.header("Subject"))
        self.assertEqual(first.recipients, ["admin@example.com", "bob@example.org"])
        self.assertTrue(first.content.endswith(b"\r\n\r\n.dot\r\n"))
        self.assertEqual((second.sender, second.recipients), ("", ["alice@example.net"]))

    def test_what_is_wrong_is_refused_and_nothing_is_enqueued(self):
        replies = self.speak(
            b"MAIL FROM:<a@b.example>\r\nEHLO me\r\nMAIL FROM:<a b@c.example>\r\nMAIL FROM:<a@b.example> RET=MAYBE\r\n"
            b"MAIL FROM:<a@b.example>\r\nRCPT TO:<c@>\r\nRCPT TO:<c@d.example> ORCPT=rfc822;x+0Ay\r\nDATA\r\nVRFY root\r\nSTARTTLS\r\n"
            b"\x00\xff\r\n" + b"x" * 10_000 + b"\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\nhalf"
        )
        codes = [line[:3] for line in replies.splitlines() if line[3:4] == " "]
        self.assertEqual(codes, "220 503 250 553 501 250 553 501 503 252 502 500 500 250 250 354".split())
        self.assertEqual(list(self.queue.path.iterdir()), [])

    def test_smtplib_speaks_with_it(self):
        process = subprocess.Popen(
            [self.mailer.sendmail, "-bs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=self.mailer.environment
        )

        client = smtplib.SMTP()
        client.sock, client.file, client._host = Pipe(process), process.stdout, "localhost"
        self.assertEqual(client.getreply()[0], 220)
        client.sendmail("app@app.example", ["bob@example.org"], "Subject: x\n\n" + "x" * 900 + "\n" + ".\n" * 100)
        client.quit()
        self.assertEqual(process.wait(20), 0)
        (transaction,) = self.transactions()
        self.assertEqual(transaction.content.count(b"\r\n."), 100)

    def test_T16_memory_stays_flat_whatever_comes(self):
        process = subprocess.Popen(
            [self.mailer.sendmail, "-bs"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=self.mailer.environment
        )
        self.addCleanup(process.kill)
        process.stdin.write(b"EHLO me\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n" + b"BDAT 1\r\nx" * 200_000)
        process.stdin.write(b"RSET\r\n" + b"y" * (32 << 20))
        process.stdin.flush()
        self.assertLess(Usage(process.pid).peak_memory, 64 << 20)
        process.stdin.close()
        self.assertEqual(process.wait(60), 0)
        self.assertEqual(list(self.queue.path.iterdir()), [])


class Addresses(MailerTestCase):
    """What the daemon makes of the addresses of this host, whoever has dropped the message."""

    def test_a_dropped_file_gets_aliases_and_domains(self):
        self.queue.drop(b"Queue-From: cron\nQueue-To: root\nQueue-To: <webmaster@app1.example>\n\nFrom: cron\nTo: root\n\nx\n", "first")
        (transaction,) = self.transactions()
        self.assertEqual(transaction.sender, "cron@app1.example")
        self.assertEqual(transaction.recipients, ["admin@example.com", "webmaster@app1.example"])
        self.assertEqual(transaction.header("To"), "root@app1.example")

    def test_smtpq_sees_addresses_as_the_daemon_does(self):
        self.queue.drop(b"Queue-From: cron\nQueue-To: root\n\nx\n", "first")
        (line,) = self.smtpqd.smtpq("list", "--recipient", "admin@example.com", "--json").stdout.splitlines()
        shown = json.loads(line)
        self.assertEqual((shown["sender"], shown["recipients"][0]["address"]), ("cron@app1.example", "admin@example.com"))

    def test_a_change_of_the_aliases_counts_at_once_and_a_reload_brings_senders(self):
        self.smtpqd.start()
        self.aliases.write_text("root: new@example.com\n")
        self.queue.drop(b"Queue-From: a@b.example\nQueue-To: root\n\nSubject: x\n\nx\n")
        self.assertEqual(self.transactions()[0].recipients, ["new@example.com"])
        self.smtpqd.configure(envelope_from={"*": "bounces@example.com"})
        self.smtpqd.reload()
        self.smtpqd.program.wait_for_output("configuration reloaded")
        self.queue.drop(b"Queue-From: a@b.example\nQueue-To: <c@d.example>\n\nSubject: x\n\nx\n")
        self.assertEqual(self.transactions(2)[1].sender, "bounces@example.com")

    def test_an_alias_that_runs_a_program_is_refused_with_the_reason(self):
        self.smtpqd.start()
        self.mailer.run("list", data=b"x\n")
        wait_until(lambda: self.queue.stems("failed"), 20, "the failure")
        self.assertIn("line 3: \"|/usr/bin/list\" runs a program: mail goes to addresses only", self.smtpqd.smtpq("list").stdout)
        self.assertEqual(self.mta.transactions, [])

    def test_bv_and_newaliases_tell_where_mail_goes(self):
        self.assertEqual(
            self.mailer.run("-bv", "postmaster", "bob").stdout, "postmaster goes to admin@example.com\nbob goes to bob@app1.example\n"
        )
        self.assertIn("admin@example.com", self.smtpqd.smtpq("explain", "route", "postmaster").stdout)
        result = self.mailer.run(name="newaliases")
        self.assertEqual(result.stdout, f"{self.aliases}: 3 aliases, in force without more ado\n")
        self.assertIn(f"newaliases: {self.aliases}:3: \"|/usr/bin/list\" runs a program", result.stderr)


class Mailq(MailerTestCase):
    def test_it_lists_what_waits_as_monitoring_programs_read_it(self):
        self.assertEqual(self.mailer.run(name="mailq").stdout, "Mail queue is empty\n")
        for stem in ("one", "two", "given-up"):
            self.queue.drop(b"From: a@b.example\nTo: c@d.example\n\n" + b"x" * 1000 + b"\n", stem)
        self.smtpqd.smtpq("hold", "two")
        (self.queue.path / "given-up.queued").rename(self.queue.path / "given-up.failed")
        listed = self.mailer.run("-bp").stdout
        self.assertEqual(listed, self.mailer.run(name="mailq").stdout)
        self.assertRegex(listed, r"(?m)^one +10\d\d [A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d  a@b.example$")
        self.assertRegex(listed, r"(?m)^two! +10\d\d ")
        self.assertNotIn("given-up", listed)
        # What check_mailq of the monitoring plugins looks for.
        self.assertEqual(re.search(r"-- (\d+) Kbytes in (\d+) Request", listed).groups(), ("3", "2"))

    def test_q_tries_what_waits(self):
        self.queue.drop(b"From: a@b.example\nTo: c@d.example\n\nx\n", "one")
        self.assertIn("1 message is due now", self.mailer.run("-q").stdout)
        self.assertIn("1 message due now", self.mailer.run("-qRd.example").stdout)
        self.mailer.run("-qIone")
