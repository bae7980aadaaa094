# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The programs of the field hand their mail to `sendmail`, and it arrives."""

import subprocess
import sys

from kit.processes import Program
from kit.waiting import wait_until
from test_sendmail import USER, MailerTestCase

# A root of its own for cron: its tables, no note that this boot's jobs have run, and our mailer in the place of the system's.
CRON = """\
set -e
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /etc/cron.d
mount -t tmpfs tmpfs /var/spool/cron
mkdir -p /var/spool/cron/crontabs
mount --bind /dev/null /etc/crontab
mount --bind "$(readlink -f {sendmail})" /usr/sbin/sendmail
install -m 600 {table} /etc/cron.d/test
exec cron -f
"""


class Clients(MailerTestCase):
    def arrived(self, queued):
        """What arrives of the one message; `queued` are lines that its envelope has while it waits."""
        block = self.only_file().partition("\n\n")[0].splitlines()
        self.assertEqual(block[1:], queued)
        return self.transactions()[0]

    def test_cron(self):
        table = self.workspace.path / "crontab"
        table.write_text("MAILTO=root\n@reboot root echo the output of a job\n")
        script = CRON.format(sendmail=self.mailer.sendmail, table=table)
        cron = Program(
            ["unshare", "--mount", "--propagation", "private", "bash", "-c", script], self.workspace.path / "cron.log",
            self.mailer.environment,
        ).start()
        self.addCleanup(cron.kill)
        wait_until(lambda: self.queue.stems("queued"), 30, "mail of cron", describe=cron.output)
        transaction = self.arrived(["Queue-From: <root@localhost>", "Queue-To: <root@localhost>"])
        self.assertEqual(transaction.recipients, ["admin@example.com"])
        self.assertEqual(transaction.sender, "root@app1.example")
        self.assertEqual(transaction.header("From"), "root@app1.example (Cron Daemon)")
        self.assertEqual(transaction.header("To"), "root@app1.example")
        self.assertTrue(transaction.content.endswith(b"\r\n\r\nthe output of a job\r\n"))

    def test_php_mail(self):
        code = 'exit(mail("Alice <alice@example.net>", "Hello", "How are you?\\n.\\nBye", "From: app@app.example\\r\\nBcc: bob@example.org", "-f bounces@app.example") ? 0 : 1);'
        self.mailer.call("php", "-d", f"sendmail_path={self.mailer.sendmail} -t -i", "-r", code)
        transaction = self.arrived(
            ["Queue-From: <bounces@app.example>", "Queue-To: <alice@example.net>", "Queue-To: <bob@example.org>"]
        )
        self.assertNotIn(b"Bcc", transaction.wire)
        self.assertIn(b"\r\n\r\nHow are you?\r\n.\r\nBye", transaction.content)

    def test_a_python_script(self):
        code = (
            "import email.message, subprocess, sys\n"
            "message = email.message.EmailMessage()\n"
            "message['From'], message['To'], message['Subject'] = 'app@app.example', 'Grüße <alice@example.net>', 'x'\n"
            "message.set_content('ü\\n')\n"
            "subprocess.run([sys.argv[1], '-t', '-oi'], input=message.as_bytes(), check=True)\n"
        )
        self.mailer.call(sys.executable, "-c", code, self.mailer.sendmail)
        transaction = self.arrived([f"Queue-From: <{USER}@localhost>", "Queue-To: <alice@example.net>"])
        self.assertEqual(transaction.sender, f"{USER}@app1.example")

    def test_git_send_email(self):
        folder = self.workspace.folder("repository")
        git = ["git", "-c", "user.name=Dev", "-c", "user.email=dev@app.example"]
        for command in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "first"]):
            subprocess.run([*git, *command], cwd=folder, check=True)
        (folder / "file").write_text("x\n")
        subprocess.run([*git, "add", "file"], cwd=folder, check=True)
        subprocess.run([*git, "commit", "-q", "-m", "a change"], cwd=folder, check=True)
        self.mailer.call(
            *git, "send-email", "--quiet", "--confirm=never", "--suppress-cc=all", f"--smtp-server={self.mailer.sendmail}",
            "--to=maintainer@example.net", "--cc=list@example.org", "--bcc=hidden@example.com", "--envelope-sender=dev@app.example",
            "-1", folder=folder,
        )
        transaction = self.arrived(
            [
                "Queue-From: <dev@app.example>", "Queue-To: <maintainer@example.net>", "Queue-To: <list@example.org>",
                "Queue-To: <hidden@example.com>",
            ]
        )
        self.assertEqual(transaction.header("Subject"), "[PATCH] a change")
        self.assertNotIn(b"hidden", transaction.wire)

    def test_s_nail(self):
        self.mailer.call(
            "s-nail", "-n", "-S", f"mta={self.mailer.sendmail}", "-S", "v15-compat=yes", "-S", "from=app@app.example", "-s", "Hello",
            "-r", "app@app.example", "alice@example.net", "root", data="Grüße\n.\n".encode(),
            environment={"HOME": str(self.workspace.path), "LC_ALL": "C.UTF-8"},
        )
        transaction = self.arrived(
            ["Queue-From: <app@app.example>", "Queue-To: <alice@example.net>", "Queue-To: <root@localhost>"]
        )
        self.assertEqual(transaction.recipients, ["alice@example.net", "admin@example.com"])

    def test_mutt(self):
        self.mailer.call(
            "mutt", "-n", "-F", "/dev/null", "-e", f'set sendmail="{self.mailer.sendmail} -oem -oi" copy=no use_envelope_from=yes',
            "-e", 'set from="app@app.example" dsn_notify="failure,delay" dsn_return=hdrs', "-s", "Hello", "-b", "bob@example.org",
            "--", "alice@example.net", data=b"How are you?\n", environment={"HOME": str(self.workspace.path)},
        )
        transaction = self.arrived(
            [
                "Queue-From: <app@app.example> RET=HDRS", "Queue-To: <alice@example.net> NOTIFY=FAILURE,DELAY",
                "Queue-To: <bob@example.org> NOTIFY=FAILURE,DELAY",
            ]
        )
        self.assertNotIn(b"bob@", transaction.wire)

    def test_a_file_that_a_shell_drops(self):
        script = (
            'printf "Queue-From: cron\\nQueue-To: root\\n\\nFrom: cron\\nTo: root\\nSubject: x\\n\\nx\\n" > .report && mv .report report.queued'
        )
        self.mailer.call("sh", "-c", script, folder=self.queue.path)
        transaction = self.transactions()[0]
        self.assertEqual((transaction.sender, transaction.recipients), ("cron@app1.example", ["admin@example.com"]))
