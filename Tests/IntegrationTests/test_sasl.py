# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Every login mechanism against a server that really has it: with the right proof mail goes, with a wrong one it waits."""

from kit import exim, messages
from kit.certificates import Authority
from kit.login_case import PASSWORD, TOKEN, USER, LoginTestCase
from kit.throwaway_root import ThrowawayRoot
from kit.waiting import holds_for, wait_until

# Dovecot has NTLM only with a Windows domain behind it; Cyrus has it by itself.
PASSWORD_MECHANISMS = ["PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"]


class Logins(LoginTestCase):
    def client(self, name, mechanism, **options):
        """Make a daemon that logs in with one mechanism."""
        return self.daemon(
            self.postfix.port, name=name, tls="starttls", authorities=self.authority.certificate, mechanism=mechanism, **options
        )

    def assert_logs_in(self, daemon, mechanism, user=USER):
        """The daemon delivers one message, after a login with the mechanism."""
        before = self.postfix.accepted_count()
        logins = self.login_count(mechanism, user)
        daemon.start()
        daemon.queue.drop(messages.message(f"right-{mechanism}"))
        wait_until(
            lambda: self.postfix.accepted_count() > before and daemon.queue.waiting == 0, 20, f"mail after {mechanism}",
            describe=lambda: daemon.program.output()[-3000:] + self.postfix.log()[-2000:],
        )
        self.assertEqual(self.login_count(mechanism, user), logins + 1, self.postfix.log()[-2000:])
        daemon.stop()

    def assert_waits_without_login(self, daemon, secrets=(), text=""):
        """The daemon sends nothing, marks the relay down and keeps the mail."""
        before = self.postfix.accepted_count()
        daemon.start()
        stem = daemon.queue.drop(messages.message("wrong"))
        entry = daemon.wait_for_log("relayDown")[0]
        self.assertIn("(authenticationRefused)", entry["msg"])
        self.assertIn(text, entry["msg"])
        wait_until(lambda: daemon.status()["relays"][0]["state"] in ("open", "probing"), 10, "the relay to be down")
        self.assertTrue(holds_for(lambda: "failed" not in daemon.queue.states(stem), 0.5))
        wait_until(lambda: daemon.queue.states(stem) == ["queued"], 10, "the message to wait")
        self.assertEqual(daemon.queue.journal(stem, "attempt"), [], "an attempt was counted")
        self.assertEqual(self.postfix.accepted_count(), before)
        for secret in secrets:
            self.assertNotIn(secret, daemon.program.output(), "a secret is in the log")
        daemon.stop()

    # Passwords

    def test_each_password_mechanism_of_dovecot_logs_in_and_refuses_a_wrong_password(self):
        self.dovecot_with(" ".join(PASSWORD_MECHANISMS).lower(), {USER: PASSWORD})
        self.assert_each_logs_in_and_refuses(PASSWORD_MECHANISMS, USER)

    def test_each_password_mechanism_of_cyrus_logs_in_and_refuses_a_wrong_password(self):
        mechanisms = [*PASSWORD_MECHANISMS, "NTLM"]
        self.cyrus_with(mechanisms, {"app": PASSWORD})
        self.assert_each_logs_in_and_refuses(mechanisms, "app")

    def assert_each_logs_in_and_refuses(self, mechanisms, user):
        for mechanism in mechanisms:
            with self.subTest(mechanism):
                self.assert_logs_in(self.client(mechanism, mechanism, login=(user, PASSWORD)), mechanism, user)
                wrong = self.client(f"{mechanism}-wrong", mechanism, login=(user, "swordfish99"))
                self.assert_waits_without_login(wrong, ["swordfish99"])

    def test_the_strongest_mechanism_is_taken_and_no_weaker_one_after_a_refusal(self):
        self.dovecot_with(" ".join(PASSWORD_MECHANISMS).lower(), {USER: PASSWORD})
        self.assert_logs_in(self.client("strongest", "auto", login=(USER, PASSWORD)), "SCRAM-SHA-256")
        self.assert_waits_without_login(self.client("refused", "auto", login=(USER, "swordfish99")))
        self.assertNotIn("SASL PLAIN authentication failed", self.postfix.log())
        self.assertNotIn("SASL LOGIN authentication failed", self.postfix.log())

    def test_a_list_names_mechanisms_in_order_of_preference(self):
        self.dovecot_with("plain cram-md5", {USER: PASSWORD})
        self.assert_logs_in(self.client("listed", ["SCRAM-SHA-1", "CRAM-MD5"], login=(USER, PASSWORD)), "CRAM-MD5")

    def test_a_command_prints_the_password(self):
        self.dovecot_with("plain scram-sha-256", {USER: PASSWORD})
        program = self.workspace.path / "fetch-password"
        program.write_text(f"#!/usr/bin/python3\nimport sys\nprint({PASSWORD!r} if sys.argv[1:] == ['a b'] else 'wrong')\n")
        program.chmod(0o755)
        command = [str(program), "a b"]
        self.assert_logs_in(self.client("command", "auto", user=USER, password_command=command), "SCRAM-SHA-256")
        program.write_text('#!/usr/bin/python3\nimport sys\nsys.exit("the vault is sealed")\n')
        self.assert_waits_without_login(
            self.client("failing", "auto", user=USER, password_command=command), [PASSWORD], "the vault is sealed"
        )

    # Tokens

    def test_each_token_mechanism_logs_in_and_refuses_a_wrong_token(self):
        self.with_tokens()
        for mechanism in ("XOAUTH2", "OAUTHBEARER"):
            with self.subTest(mechanism):
                self.assert_logs_in(self.client(mechanism, mechanism, user=USER, token=TOKEN), mechanism)
                wrong = self.client(f"{mechanism}-wrong", mechanism, user=USER, token="ya29.stale")
                self.assert_waits_without_login(wrong, ["ya29.stale"], "status")

    def test_a_refreshed_token_is_taken_without_a_reload(self):
        self.with_tokens()
        file = self.workspace.path / "token"
        file.write_text("ya29.stale\n")
        file.chmod(0o600)
        daemon = self.client("refreshed", "auto", user=USER, token_file=file).start()
        daemon.queue.drop(messages.message("patient"))
        daemon.wait_for_log("relayDown")
        file.write_text(TOKEN + "\n")
        daemon.wait_for_empty_queue(30)
        self.assertEqual(self.login_count("OAUTHBEARER", USER), 1)

    def test_a_command_prints_the_token(self):
        self.with_tokens()
        program = self.workspace.path / "fetch-token"
        program.write_text('#!/usr/bin/python3\nimport sys\nprint(sys.argv[1] + "; echo $0" * (len(sys.argv) != 2))\n')
        program.chmod(0o755)
        command = [str(program), TOKEN]
        self.assert_logs_in(self.client("command", "XOAUTH2", user=USER, token_command=command), "XOAUTH2")
        program.write_text('#!/usr/bin/python3\nimport sys\nsys.exit("the vault is\\033[1m sealed")\n')
        self.assert_waits_without_login(
            self.client("failing", "XOAUTH2", user=USER, token_command=command), [TOKEN, "\033"], "the vault is\\x1b[1m sealed"
        )

    # What is proved outside the login

    def test_external_logs_in_with_a_client_certificate_and_waits_with_one_of_strangers(self):
        # Exim knows from its own TLS who the client is; Postfix does not tell Dovecot.
        root = ThrowawayRoot(self.workspace.folder("root"), self.workspace.path, exim.PACKAGES).start()
        self.addCleanup(root.stop)
        certificate, key = self.authority.issue("relay")
        key.chmod(0o644)
        server = exim.Exim(
            root, self.workspace.folder("exim"), "starttls", certificate, key, self.authority.certificate, exim.CERTIFICATE
        ).start()
        self.addCleanup(server.stop)
        stranger = Authority(self.workspace.folder("strangers"), "strangers")
        for issuer, is_known in ((self.authority, True), (stranger, False)):
            certificate, key = issuer.issue("app", purpose="clientAuth")
            daemon = self.daemon(
                server.port, name=f"known-{is_known}", tls="starttls", authorities=self.authority.certificate,
                mechanism="EXTERNAL", user=USER, client_certificate=certificate, client_key=key,
            ).start()
            stem = daemon.queue.drop(messages.message(f"known-{is_known}"))
            if is_known:
                daemon.wait_for_empty_queue()
                wait_until(server.inbox, 20, "the message", describe=server.log)
                self.assertIn("external:app@example.net", server.inbox()[0].read_text() + server.log())
            else:
                self.assertIn("(authenticationRefused)", daemon.wait_for_log("relayDown")[0]["msg"])
                wait_until(lambda: daemon.queue.states(stem) == ["queued"], 10, "the message to wait")
            daemon.stop()
        self.assertEqual(len(server.inbox()), 1)

    def test_gssapi_logs_in_with_a_ticket_and_waits_without_one(self):
        kerberos, environment = self.with_kerberos()
        daemon = self.client("ticket", "GSSAPI")
        daemon.program.environment = environment
        self.assert_logs_in(daemon, "GSSAPI", f"app@{kerberos.realm.lower()}")

        stranger = self.client("no-ticket", "GSSAPI")
        stranger.program.environment = {**environment, "KRB5_CLIENT_KTNAME": "/nonexistent"}
        self.assert_waits_without_login(stranger, text="Kerberos")
