# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""`smtpq convert`: the same mail, sent by the other program and by smtpqd with the configuration made of its own."""

import smtplib
import stat

from kit.case import MailTestCase
from kit.certificates import Authority
from kit.daemon import smtpq
from kit.originals import Originals
from kit.postfix import OPEN, Postfix
from kit.waiting import wait_until

MESSAGE = "From: App <{sender}>\nTo: alice@example.net\nSubject: Your order\n\nA line.\n..dots\n.\nThe last line.\n"
SENDER = "app@app.example"
# ssmtp cannot have a blank, a = or a # in a password.
USERS = {"app": "se same'\"$", "second": "se:same'\"$"}
NO_INPUT = 66


class Convert(MailTestCase):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.workspace.folder("tls"))
        self.certificate = self.authority.issue("relay")

    def secured_relay(self, **script):
        return self.relay(tls=self.certificate, users=USERS, **script)

    def convert(self, program, path, name="converted"):
        """The configuration that smtpq convert makes, with the passwords in files; and what it says."""
        folder = self.workspace.folder(name)
        result = smtpq("convert", program, path, "--secrets", folder)
        for password in USERS.values():
            self.assertNotIn(password, result.stdout + result.stderr)
        for file in folder.iterdir():
            self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
        return result

    def send_converted(self, text, relay, sender=SENDER):
        """Send the message with smtpqd and this configuration; return what the relay got."""
        before = len(relay.transactions)
        daemon = self.daemon(relay.port, name=f"daemon{relay.port}-{before}")
        daemon.configuration.write_text(f'QueueDir = "{daemon.queue.path}"\n{text}')
        daemon.start()
        daemon.smtpq("send", "-f", sender, "alice@example.net", "bob@example.org", data=MESSAGE.format(sender=sender).encode())
        wait_until(lambda: len(relay.transactions) > before, 30, "the message of smtpqd", describe=daemon.program.output)
        daemon.wait_for_empty_queue()
        daemon.stop()
        return relay.transactions[-1], relay.logins[-1:]

    def assert_same(self, relay, send, text, sender=SENDER, describe=None):
        """The relay gets the same message, login and security from both."""
        send(MESSAGE.format(sender=sender), sender, ["alice@example.net", "bob@example.org"])
        wait_until(lambda: relay.transactions, 30, "the message of the other program", describe=describe)
        original, login, verbs = relay.transactions[-1], relay.logins[-1:], relay.verbs()
        ours, our_login = self.send_converted(text, relay, sender)
        self.assertEqual((ours.sender, sorted(ours.recipients)), (original.sender, sorted(original.recipients)))
        self.assertEqual(our_login, login)
        self.assertEqual("STARTTLS" in relay.verbs()[len(verbs):], "STARTTLS" in verbs)
        for name in ("From", "To", "Subject"):
            self.assertEqual(ours.header(name), original.header(name))
        self.assertEqual(ours.content.split(b"\r\n\r\n", 1)[1], original.content.split(b"\r\n\r\n", 1)[1])

    def test_nullmailer_msmtp_and_ssmtp(self):
        originals = Originals(self.workspace.folder("root"), self.workspace.path).start()
        self.addCleanup(originals.stop)
        etc = self.workspace.folder("etc")
        password = USERS["app"]

        with self.subTest("nullmailer"):
            relay = self.secured_relay()
            folder = self.workspace.folder("etc/nullmailer")
            (folder / "remotes").write_text(
                f"localhost smtp --port={relay.port} --starttls --user=app --pass=\"se same'\"'\"$' "
                f"--x509cafile={self.authority.certificate}\n"
            )
            (folder / "helohost").write_text("app.example\n")
            (folder / "adminaddr").write_text("\n")
            originals.configure(etc)
            result = self.convert("nullmailer", folder, "nullmailer")
            self.assertEqual(result.stderr, "")
            self.assert_same(relay, originals.nullmailer, result.stdout, describe=lambda: f"{originals.log()} {relay.logins}")

        with self.subTest("msmtp"):
            relay = self.secured_relay(implicit_tls=True)
            other = self.relay()
            file = etc / "msmtprc"
            file.write_text(
                f"defaults\ntls_trust_file {self.authority.certificate}\naccount one\nhost localhost\nport {relay.port}\n"
                f"tls on\ntls_starttls off\nauth plain\nuser app\npassword {password}\nfrom {SENDER}\n"
                f"account two : one\nport {other.port}\ntls off\nauth off\nfrom second@app.example\naccount default : two\n"
            )
            originals.configure(etc)
            result = self.convert("msmtp", file, "msmtp")
            self.assert_same(relay, originals.msmtp, result.stdout)
            self.assert_same(other, originals.msmtp, result.stdout, sender="second@app.example")

        with self.subTest("ssmtp"):
            relay = self.secured_relay()
            folder = self.workspace.folder("etc/ssmtp")
            (folder / "ssmtp.conf").write_text(
                f"mailhub=localhost:{relay.port}\nUseSTARTTLS=YES\nAuthUser=second\nAuthPass={USERS['second']}\nhostname=app.example\n"
                f"FromLineOverride=YES\nTLS_CA_File={self.authority.certificate}\n"
            )
            originals.configure(etc)
            result = self.convert("ssmtp", folder / "ssmtp.conf", "ssmtp")
            self.assertIn("ssmtp.conf:6: fromlineoverride: ", result.stderr)
            self.assert_same(relay, originals.ssmtp, result.stdout)

    def test_postfix_as_a_null_client(self):
        main, second = self.secured_relay(), self.relay()
        tables = self.workspace.folder("tables")
        (tables / "passwords").write_text(f"[localhost]:{main.port} app:{USERS['app']}\n")
        (tables / "relays").write_text(f"second@app.example [127.0.0.1]:{second.port}\n")
        settings = OPEN + (
            f"relayhost = [localhost]:{main.port}\nsmtp_tls_CAfile = {self.authority.certificate}\n"
            "smtp_host_lookup = native\nsmtp_tls_security_level = may\nsmtp_sasl_auth_enable = yes\nsmtp_sasl_security_options = noanonymous\n"
            f"smtp_sasl_password_maps = texthash:{tables}/passwords\n"
            f"sender_dependent_relayhost_maps = texthash:{tables}/relays\n"
        )
        postfix = Postfix(self.workspace.folder("postfix"), settings).start()
        self.addCleanup(postfix.stop)

        def send(message, sender, recipients):
            with smtplib.SMTP("127.0.0.1", postfix.port) as client:
                client.sendmail(sender, recipients, message)

        result = self.convert("postfix", postfix.etc / "main.cf")
        self.assertIn("TLS is needed now", result.stderr)
        self.assert_same(main, send, result.stdout, describe=postfix.log)
        # The second relay has no TLS: the translation says what to change.
        text = result.stdout.replace(
            f'MailPort = {second.port}\nTLS = "starttls"', f'MailPort = {second.port}\nTLS = "none"'
        )
        self.assert_same(second, send, text, sender="second@app.example")

    def test_what_cannot_be_read_is_told_and_no_file_is_overwritten(self):
        for arguments, words in (
            (["nullmailer", self.workspace.path], "remotes: there is no such file"),
            (["postfix", "/dev/null"], "is not a regular file"),
        ):
            result = smtpq("convert", *arguments, check=False)
            self.assertEqual((result.returncode, result.stdout), (NO_INPUT, ""))
            self.assertIn(words, result.stderr)
        file = self.workspace.path / "msmtprc"
        file.write_text("account default\nhost h.example\ntls on\nauth on\nuser u\npassword hunter2\n")
        folder = self.workspace.folder("secrets")
        self.assertIn("the secret stands in", smtpq("convert", "msmtp", file).stdout)
        self.assertEqual(list(folder.iterdir()), [])
        smtpq("convert", "msmtp", file, "--secrets", folder)
        self.assertEqual((folder / "default.password").read_text(), "hunter2\n")
        again = smtpq("convert", "msmtp", file, "--secrets", folder, check=False)
        self.assertEqual((again.returncode, again.stdout), (73, ""))
        self.assertIn("File exists", again.stderr)
