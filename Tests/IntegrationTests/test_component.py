# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The class SMTP with the servers, the logins and the proxies of the field."""

import email
import email.policy

from kit import aiosmtpd, proxies
from kit.case import MailTestCase
from kit.certificates import Authority
from kit.component import MECHANISMS, PROXIES
from kit.login_case import PASSWORD, TOKEN, USER, LoginTestCase
from kit.postfix import INBOX, OPEN, Postfix
from kit.server_case import ServerTestCase
from kit.waiting import wait_until
from kit.workspace import Workspace

TEXT = "Dear Alice,\n.\n..two dots\n.one\nfrom \n\n" + "x" * 70 + "\nthe end"
REFUSING = "smtpd_recipient_restrictions = check_recipient_access inline:{{refused@example.net=REJECT}}, permit\n"


def read(path):
    """A message as Python reads it."""
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


class PostfixTestCase(MailTestCase):
    """Tests with one Postfix for all of them. It takes everything in clear text, but for refused@example.net."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        workspace = Workspace(cls.__name__)
        cls.addClassCleanup(workspace.close)
        cls.server = Postfix(workspace.folder("postfix"), INBOX + OPEN + REFUSING).start()
        cls.addClassCleanup(cls.server.stop)

    def setUp(self):
        super().setUp()
        for path in self.server.inbox():
            path.unlink()

    def arrived(self, count=1):
        """Wait for messages, and read them."""
        wait_until(
            lambda: len(self.server.inbox()) >= count, 20, f"{count} messages", describe=lambda: self.server.log()[-2000:]
        )
        self.assertEqual(len(self.server.inbox()), count)
        return [read(path) for path in self.server.inbox()]


class Servers(ServerTestCase):
    def setUp(self):
        super().setUp()
        self.stranger = Authority(self.workspace.folder("strangers"), "strangers")

    def assert_sends(self, server, security):
        """Send over the connection; say nothing to a server that is not who it should be."""
        component = self.component(server.port, MessageText=TEXT, Cc="Bob <bob@example.net>", BCc="carol@example.net")
        component.config(TLS=security, TLSCAFile=self.authority.certificate)
        if security != "none":
            component.set(User="app", Password="sesame", AuthMechanism=4)
            component.config(TLSCAFile=self.stranger.certificate)
            self.assert_fails(280, "not trusted", lambda: component.call("Send"))
            component.config(TLSCAFile=self.authority.certificate)
        component.call("Send")
        wait_until(server.inbox, 20, "the message", describe=server.log)
        for message in map(read, server.inbox()):
            self.assertEqual(message["Subject"], "Hello")
            self.assertEqual(message["From"].addresses[0].display_name, "App")
            self.assertEqual(str(message["Cc"]), "Bob <bob@example.net>")
            self.assertIsNone(message["Bcc"])
            self.assertEqual(message.get_payload(), TEXT + "\n")
        names = [each["ConnectionEvent"] for each in component.events("ConnectionStatus")]
        secured = ["TLS established"] if security != "none" else []
        self.assertEqual(names[-2 - 2 * len(secured) :], [*secured, "Connected", "Disconnected", *(["TLS ended"] * len(secured))])
        self.assertNotIn("sesame", str(component.events()))

    def test_postfix(self):
        self.check(self.postfix())

    def test_exim(self):
        make_exim = self.exim()

        def make(folder, security):
            server = make_exim(folder, security)
            server.configuration = "acl_smtp_expn = accept\nacl_smtp_vrfy = accept\n" + server.configuration
            return server

        self.check(make)
        server = make(self.workspace.folder("asked"), "none").start()
        self.addCleanup(server.stop)
        component = self.component(server.port)
        component.call("Verify", "alice@example.net")
        self.assertIn("<alice@example.net>", component["LastReply"])
        component.call("Expand", "alice@example.net")
        self.assertEqual([each["Address"] for each in component.events("Expand")], ["<alice@example.net>"])

    def test_aiosmtpd(self):
        self.check(lambda folder, security: aiosmtpd.AIOSMTPD(folder, security, self.certificate, self.key))


class Messages(PostfixTestCase):
    def test_every_property_of_a_message_arrives(self):
        component = self.component(
            self.server.port, ReturnPath="bounces@app.example", ReplyTo="Desk <desk@app.example>", ReadReceiptTo="read@app.example",
            DeliveryNotificationTo="got@app.example", Importance=1, Priority=2, Sensitivity=3,
            MessageDate="Tue, 24 Nov 2026 04:10:03 +0000", MessageId="17@app.example", OtherHeaders="X-A: 1\r\nX-B: two\r\n",
        )
        component["MessageRecipientCount"] = 2
        component["MessageRecipientAddress[1]"] = "bob@example.net"
        component["MessageRecipientName[1]"] = "Bob, the builder"
        component["MessageRecipientType[1]"] = 1
        component["MessageRecipientOptions[1]"] = "NOTIFY NEVER"
        component.config(Hello="client.example", MaxHeaderLength=60)
        component.call("Send")
        message = self.arrived(2)[0]
        expected = {
            "From": "App <app@app.example>", "To": "alice@example.net", "Cc": '"Bob, the builder" <bob@example.net>',
            "Reply-To": "Desk <desk@app.example>", "Return-Path": "<bounces@app.example>", "Importance": "high",
            "Disposition-Notification-To": "read@app.example", "Return-Receipt-To": "got@app.example", "Priority": "urgent",
            "Sensitivity": "Company-Confidential", "Date": "Tue, 24 Nov 2026 04:10:03 +0000",
            "Message-ID": "<17@app.example>", "X-A": "1", "X-B": "two",
        }
        self.assertEqual({name: str(message[name]) for name in expected}, expected)
        self.assertIn("from client.example ", message["Received"])
        self.assertIn("C: RCPT TO:<bob@example.net> NOTIFY=NEVER", component.trail)
        self.assertEqual([part.defects for part in message.walk()], [[]])

    def test_a_receipt_that_is_asked_for_comes(self):
        component = self.component(self.server.port, MessageText="please tell\r\n")
        component["MessageRecipientOptions[0]"] = "NOTIFY SUCCESS ORCPT=rfc822;alice@example.net"
        component.call("Send")
        types = sorted(each.get_content_type() for each in self.arrived(2))
        self.assertEqual(types, ["multipart/report", "text/plain"])

    def test_each_charset_is_read_back(self):
        charsets = [("UTF-8", 65001, "Grüße, 世界"), ("ISO-8859-1", 28591, "Grüße"), ("Windows-1252", 1252, "5 € „Grüße“")]
        for charset, page, text in charsets:
            component = self.component(
                self.server.port, Subject=f"{text} {charset}", SendTo=f'"{text}" <alice@example.net>', MessageText=f"{text}\r\n",
                OtherHeaders=f"MIME-Version: 1.0\r\nContent-Type: text/plain; charset={charset}\r\n",
            )
            component.config(Charset=charset)
            component.config(CodePage=page)
            self.assertIn(f"Subject: =?{charset.lower()}?", component["MessageHeadersString"])
            component.call("Send")
        messages = {str(each["Subject"]): each for each in self.arrived(len(charsets))}
        for charset, page, text in charsets:
            message = messages[f"{text} {charset}"]
            self.assertEqual(message["To"].addresses[0].display_name, text)
            self.assertEqual(message.get_content(), f"{text}\n")
            self.assertEqual(message.get_payload(decode=True), f"{text}\n".encode(charset))
        component.set(MessageText="世界")
        self.assert_fails(434, "code page 1252", lambda: component.call("Send"))

    def test_a_whole_message_arrives_byte_for_byte(self):
        header = "From: a@b.example\r\nSubject: ready made\r\nX-Odd:  two  blanks\r\nDate: today\r\nMessage-ID: <1@b>\r\n"
        message = header + "\r\n.\r\n..\r\nno more"
        self.component(self.server.port, Message=message).call("Send")
        found = wait_until(self.server.inbox, 20, "the message")[0].read_bytes()
        self.assertTrue(found.endswith(message.replace("\r\n", "\n").encode() + b"\n"), found)

    def test_whose_refusal_counts(self):
        for property, setting, counts in [
            ("SendTo", "StopOnToErrors", True), ("Cc", "StopOnCcErrors", True), ("BCc", "StopOnBccErrors", False),
        ]:
            component = self.component(self.server.port)
            component[property] = "refused@example.net"
            if counts:
                self.assert_fails(161, "refused@example.net: 554 5.7.1", lambda: component.call("Send"))
                component.config(**{setting: False})
            self.assertEqual(component.events("Error"), [])
            component.call("Send")
            self.assertEqual([each["ErrorCode"] for each in component.events("Error")], [161])
        self.arrived(3)

    def test_one_connection_for_several_messages_and_lines_of_ones_own(self):
        component = self.component(self.server.port)
        before = self.server.log().count("disconnect from")
        component.call("Connect")
        for _ in range(3):
            component.call("Send")
        component["Command"] = "NOOP"
        self.assertEqual((component["LastReply"], component["Connected"]), ("250 2.0.0 Ok", "True"))
        component.call("Verify", "alice@example.net")
        self.assert_fails(161, "500 5.5.2", lambda: component.call("Expand", "everybody"))
        for method in ("SendToTerminalOnly", "SendToTerminalOrEmail", "SendToTerminalAndEmail"):
            self.assert_fails(161, "500 5.5.2", lambda: component.call(method))
        self.assert_fails(104, "already connected", lambda: component.call("Connect"))
        component.call("Disconnect")
        self.arrived(3)
        self.assertEqual(self.server.log().count("disconnect from"), before + 1)

    def test_without_extensions_it_says_helo(self):
        self.component(self.server.port, AllowExtensions=False).call("Send")
        self.assertIn(" with SMTP ", self.arrived()[0]["Received"])

    def test_every_event_of_a_transfer_is_seen(self):
        text = "line\r\n" * 100_000
        component = self.component(self.server.port, MessageText=text)
        component.call("Send")
        transfer = [each for each in component.events() if each["event"].endswith("Transfer")]
        self.assertEqual((transfer[0]["event"], transfer[-1]["event"]), ("StartTransfer", "EndTransfer"))
        counts = [each["BytesTransferred"] for each in transfer[1:-1]]
        self.assertEqual((counts, counts[-1]), (sorted(counts), len(text)))
        self.assertEqual(transfer[-2]["PercentDone"], 100)
        self.assertNotIn("line", "".join(component.trail))
        self.arrived()


class Logins(LoginTestCase):
    def assert_logs_in(self, name, user, environment=None, **properties):
        """One message goes after a login with the mechanism."""
        component = self.component(self.postfix.port, environment, AuthMechanism=MECHANISMS.index(name), **properties)
        component.config(TLS="starttls", TLSCAFile=self.authority.certificate)
        if name == "XOAUTH2":
            component.config(AuthorizationIdentity=f"Bearer {TOKEN}")
        before = self.login_count(name, user)
        component.call("Send")
        wait_until(lambda: self.login_count(name, user) == before + 1, 10, f"a login with {name}", describe=self.postfix.log)
        logins = [line for line in component.trail if line.startswith("C: AUTH")]
        self.assertTrue(len(logins) == 1 and logins[0].startswith(f"C: AUTH {name}"), logins)
        return component

    def assert_refused(self, component, *secrets):
        """The login fails, and nothing is sent."""
        before = self.postfix.accepted_count()
        self.assert_fails(161, "535", lambda: component.call("Send"))
        self.assertEqual(self.postfix.accepted_count(), before)
        for secret in secrets:
            self.assertNotIn(secret, str(component.events()))

    def test_passwords_of_dovecot(self):
        self.dovecot_with("plain login cram-md5 digest-md5", {USER: PASSWORD})
        for name in ("LOGIN", "CRAM-MD5", "PLAIN", "DIGEST-MD5"):
            with self.subTest(name):
                component = self.assert_logs_in(name, USER, User=USER, Password=PASSWORD)
                component.set(Password="swordfish99")
                self.assert_refused(component, "swordfish99", PASSWORD)
        component.set(AuthMechanism=MECHANISMS.index("NTLM"))
        self.assert_fails(161, "offers no login but PLAIN, LOGIN", lambda: component.call("Send"))
        component.set(AuthMechanism=MECHANISMS.index("APOP"))
        self.assert_fails(161, "offers no login but PLAIN, LOGIN", lambda: component.call("Send"))

    def test_ntlm_of_cyrus(self):
        self.cyrus_with(["NTLM"], {"app": PASSWORD})
        component = self.assert_logs_in("NTLM", "app", User="app", Password=PASSWORD)
        component.set(Password="swordfish99")
        self.assert_refused(component, "swordfish99")

    def test_tokens(self):
        self.with_tokens()
        component = self.assert_logs_in("XOAUTH2", USER, User=USER)
        component.config(AuthorizationIdentity="ya29.stale")
        self.assert_refused(component, "ya29.stale", TOKEN)

    def test_tickets(self):
        kerberos, environment = self.with_kerberos()
        self.assert_logs_in("GSSAPI", f"app@{kerberos.realm.lower()}", environment, User="app")

    def test_no_clear_text_where_tls_is_demanded(self):
        self.dovecot_with("plain", {USER: PASSWORD})
        component = self.component(self.postfix.port, User=USER, Password=PASSWORD, AuthMechanism=4)
        # In clear text the server offers no login, and nothing is sent without one.
        self.assert_fails(161, "", lambda: component.call("Send"))
        self.assertEqual(self.postfix.accepted_count(), 0)


class Proxies(PostfixTestCase):
    def assert_goes_through(self, proxy, kind, trace, **properties):
        """A message goes through the proxy, whose log tells of it."""
        component = self.behind(proxy, kind, **properties)
        component.call("Send")
        self.assertIn(trace.format(port=self.server.port), proxy.log())
        names = [each["ConnectionEvent"] for each in component.events("ConnectionStatus")]
        self.assertEqual(names, ["Firewall connected", "Connected", "Disconnected", "Firewall disconnected"])

    def behind(self, proxy, kind, **properties):
        """A component behind a proxy that is started for it."""
        proxy.start()
        self.addCleanup(proxy.stop)
        return self.component(
            self.server.port, FirewallType=PROXIES[kind], FirewallHost="127.0.0.1", FirewallPort=proxy.port, **properties
        )

    def test_each_kind(self):
        folder, login = self.workspace.folder("proxy"), ("app", "sesame")
        login_there = {"FirewallUser": "app", "FirewallPassword": "sesame"}
        for proxy, kind, trace, properties in [
            (proxies.dante(folder), "socks4", ".{port}", {}), (proxies.dante(folder), "socks5", ".{port}", {}),
            (proxies.microsocks(folder, *login), "socks5", "localhost:{port}", {"MailServer": "*localhost", **login_there}),
            (proxies.tinyproxy(folder, login), "tunnel", "CONNECT localhost:{port}", login_there),
        ]:
            with self.subTest(kind, **properties):
                self.assert_goes_through(proxy, kind, trace, **properties)
        self.arrived(4)

    def test_refusals(self):
        folder, login = self.workspace.folder("proxy"), ("app", "sesame")
        for proxy, kind, text in [
            (proxies.dante(folder, verdict="block"), "socks4", "the request was rejected"),
            (proxies.microsocks(folder, *login), "socks5", "it demands a login, and none is set"),
            (proxies.tinyproxy(folder, login), "tunnel", "it demands a login, and none is set"),
        ]:
            with self.subTest(kind):
                component = self.behind(proxy, kind)
                self.assert_fails(118, text, lambda: component.call("Send"))

    def test_the_proxy_of_the_environment(self):
        proxy = proxies.microsocks(self.workspace.folder("proxy"), "app", "sesame").start()
        self.addCleanup(proxy.stop)
        environment = {"ALL_PROXY": f"socks5h://app:sesame@127.0.0.1:{proxy.port}", "NO_PROXY": "example.net"}
        self.component(self.server.port, environment, FirewallAutoDetect=True).call("Send")
        self.arrived()
        self.assertIn(f"localhost:{self.server.port}", proxy.log())
