# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Mail goes through proxies of each kind, and waits when a proxy refuses."""

import subprocess

from kit import messages, proxies
from kit.case import MailTestCase
from kit.certificates import Authority
from kit.waiting import wait_until
from kit.workspace import free_port

LOGIN = ("app", "sesame")


class ProxyTestCase(MailTestCase):
    def setUp(self):
        super().setUp()
        self.proxy_folder = self.workspace.folder("proxy")

    def start(self, proxy):
        """Start a proxy."""
        proxy.start()
        self.addCleanup(proxy.stop)
        return proxy

    def system_user(self):
        """A login of the system's, gone after the test."""
        user = proxies.system_user(LOGIN[1])
        name = user.__enter__()
        self.addCleanup(user.__exit__, None, None, None)
        return (name, LOGIN[1])

    def behind(self, proxy, kind, relay, **options):
        """A daemon whose relay is behind a proxy of a kind."""
        return self.daemon(
            relay.port, firewall=kind, firewall_host="127.0.0.1", firewall_port=proxy.port, **options
        )


class ProxyDelivery(ProxyTestCase):
    def assert_goes_through(self, proxy, kind, trace, relay=None, **options):
        """Messages arrive, and the proxy's log tells of it."""
        relay = relay or self.relay()
        daemon = self.behind(proxy, kind, relay, **options)
        for number in range(5):
            daemon.queue.drop(messages.message(f"m{number}", b"through a proxy\n", [f"user{number}@example.net"]))
        daemon.start()
        for number in range(5):
            self.assert_delivered(daemon, relay, f"user{number}@example.net")
        self.assertIn(trace.format(port=relay.port), proxy.log())
        self.assertNotIn("sesame", daemon.program.output())
        return daemon

    def test_socks4_with_the_address_of_the_relay(self):
        self.assert_goes_through(self.start(proxies.dante(self.proxy_folder)), "socks4", ".{port}")

    def test_socks4a_with_the_name_of_the_relay(self):
        proxy = self.start(proxies.OpenSSH(self.proxy_folder))
        self.assert_goes_through(proxy, "socks4a", "decode socks4a: host localhost")

    def test_socks5_without_a_login(self):
        self.assert_goes_through(self.start(proxies.dante(self.proxy_folder)), "socks5", ".{port}")

    def test_socks5_that_resolves_the_name(self):
        proxy = self.start(proxies.microsocks(self.proxy_folder, *LOGIN))
        self.assert_goes_through(proxy, "socks5", "localhost:{port}", server="*localhost", firewall_login=LOGIN)

    def test_socks5_with_a_login_of_the_system(self):
        proxy = self.start(proxies.dante(self.proxy_folder, method="username"))
        self.assert_goes_through(proxy, "socks5", ".{port}", firewall_login=self.system_user())

    def test_socks5_with_a_login_of_another_server(self):
        proxy = self.start(proxies.microsocks(self.proxy_folder, *LOGIN))
        self.assert_goes_through(proxy, "socks5", "127.0.0.1:{port}", firewall_login=LOGIN)

    def test_http_connect_without_a_login(self):
        proxy = self.start(proxies.tinyproxy(self.proxy_folder))
        self.assert_goes_through(proxy, "tunnel", "CONNECT localhost:{port}", firewall_data="X-Team: mail\\r\\nX-Zone: 7")

    def test_http_connect_with_a_login(self):
        proxy = self.start(proxies.tinyproxy(self.proxy_folder, LOGIN))
        self.assert_goes_through(proxy, "tunnel", "CONNECT localhost:{port}", firewall_login=LOGIN)

    def test_tls_from_the_first_byte_and_with_starttls(self):
        authority = Authority(self.workspace.folder("tls"))
        identity = authority.issue("relay")
        for mode, kind, proxy in [
            ("implicit", "socks5", proxies.microsocks(self.proxy_folder, *LOGIN)),
            ("starttls", "tunnel", proxies.tinyproxy(self.proxy_folder, LOGIN)),
            ("implicit", "tunnel", proxies.tinyproxy(self.proxy_folder, LOGIN)),
        ]:
            with self.subTest(mode=mode, kind=kind):
                relay = self.relay(tls=identity, implicit_tls=mode == "implicit")
                daemon = self.assert_goes_through(
                    self.start(proxy), kind, ":{port}", relay, name=f"{mode}-{kind}", tls=mode,
                    authorities=authority.certificate, firewall_login=LOGIN,
                )
                daemon.stop()

    def test_the_proxy_that_the_environment_names(self):
        proxy = self.start(proxies.microsocks(self.proxy_folder, *LOGIN))
        relay = self.relay()
        daemon = self.daemon(relay.port, firewall_auto_detect=True)
        daemon.program.environment = {
            "ALL_PROXY": f"socks5h://{LOGIN[0]}:{LOGIN[1]}@127.0.0.1:{proxy.port}", "NO_PROXY": "example.net",
        }
        daemon.queue.drop(messages.message("m", b"hello\n", ["user@example.net"]))
        daemon.start()
        self.assert_delivered(daemon, relay, "user@example.net")
        self.assertIn(f"localhost:{relay.port}", proxy.log())


class ProxyRefusal(ProxyTestCase):
    def assert_refused(self, proxy, kind, text, **options):
        """The relay is marked down with the proxy's reason, hears nothing, and the message waits."""
        relay = self.relay()
        daemon = self.behind(proxy, kind, relay, **options)
        stem = daemon.queue.drop(messages.message("m", b"waits\n", ["user@example.net"]))
        daemon.start()
        entry = daemon.wait_for_log("relayDown")[0]
        self.assertIn("(connect)", entry["msg"])
        self.assertIn(f"through the {kind} proxy 127.0.0.1:{proxy.port}", entry["msg"])
        self.assertIn(text, entry["msg"])
        wait_until(
            lambda: text in daemon.status()["relays"][0].get("reason", ""), 10, "the reason in the status file",
            describe=daemon.status,
        )
        wait_until(lambda: daemon.queue.states(stem) == ["queued"], 10, "the message to wait in the queue")
        self.assertEqual(daemon.queue.journal(stem, "attempt"), [], "an attempt was counted")
        self.assertEqual(relay.connections, 0)
        self.assertNotIn("wrong-secret", daemon.program.output())
        return daemon, relay

    def test_a_wrong_password(self):
        wrong = (LOGIN[0], "wrong-secret")
        for kind, proxy in [
            ("socks5", proxies.microsocks(self.proxy_folder, *LOGIN)), ("tunnel", proxies.tinyproxy(self.proxy_folder, LOGIN)),
        ]:
            with self.subTest(kind=kind):
                self.assert_refused(
                    self.start(proxy), kind, "the proxy refused: user or password are wrong", name=kind, firewall_login=wrong
                )

    def test_a_wrong_password_of_the_system(self):
        proxy = self.start(proxies.dante(self.proxy_folder, method="username"))
        user, _ = self.system_user()
        self.assert_refused(proxy, "socks5", "user or password are wrong", firewall_login=(user, "wrong-secret"))

    def test_no_login_where_one_is_demanded(self):
        for kind, proxy in [
            ("socks5", proxies.microsocks(self.proxy_folder, *LOGIN)), ("tunnel", proxies.tinyproxy(self.proxy_folder, LOGIN)),
        ]:
            with self.subTest(kind=kind):
                self.assert_refused(self.start(proxy), kind, "it demands a login, and none is set", name=kind)

    def test_a_target_that_is_not_allowed(self):
        for kind, proxy, text in [
            ("socks4", proxies.dante(self.proxy_folder, verdict="block"), "the proxy refused: the request was rejected"),
            ("socks5", proxies.dante(self.proxy_folder, verdict="block"), "the proxy refused: its rules do not allow"),
            ("tunnel", proxies.tinyproxy(self.proxy_folder, connect_port=1), "the proxy refused: 403"),
        ]:
            with self.subTest(kind=kind):
                self.assert_refused(self.start(proxy), kind, text, name=kind)

    def test_a_proxy_that_is_of_another_kind(self):
        # A relay where a proxy should be: it speaks first.
        for kind in ["socks4a", "socks5", "tunnel"]:
            with self.subTest(kind=kind):
                self.assert_refused(self.relay(), kind, "this is no proxy of the kind set", name=kind)

    def test_a_proxy_that_is_not_there_until_it_is(self):
        proxy = proxies.tinyproxy(self.proxy_folder, port=free_port())
        daemon, relay = self.assert_refused(proxy, "tunnel", "Connection refused")
        self.start(proxy)
        self.assert_delivered(daemon, relay, "user@example.net")


class PinnedKeys(MailTestCase):
    def setUp(self):
        super().setUp()
        # Issued by an authority that nobody here trusts, and for another name.
        self.identity = Authority(self.workspace.folder("tls")).issue("relay", "DNS:other.example")

    def pin(self):
        """The pin of the relay's key, as the example configuration says how to make it."""
        command = (
            f"openssl x509 -in {self.identity[0]} -pubkey -noout | openssl pkey -pubin -outform der"
            " | openssl dgst -sha256 -binary | base64"
        )
        made = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True)
        return "sha256//" + made.stdout.strip()

    def test_a_relay_is_known_by_its_key_alone(self):
        relay = self.relay(tls=self.identity)
        daemon = self.daemon(relay.port, tls="starttls", pinned_keys=[self.pin()], proof="key")
        daemon.queue.drop(messages.message("m", b"hello\n", ["user@example.net"]))
        daemon.start()
        self.assert_delivered(daemon, relay, "user@example.net")

    def test_a_relay_with_another_key_hears_nothing(self):
        relay = self.relay(tls=self.identity)
        other = "sha256//" + "A" * 43 + "="
        daemon = self.daemon(relay.port, tls="starttls", pinned_keys=[other], proof="key")
        stem = daemon.queue.drop(messages.message("m", b"waits\n", ["user@example.net"]))
        daemon.start()
        entry = daemon.wait_for_log("relayDown")[0]
        self.assertIn(f"the key of the relay is not pinned: it has {self.pin()}", entry["msg"])
        wait_until(lambda: daemon.queue.states(stem) == ["queued"], 10, "the message to wait in the queue")
        self.assertEqual(relay.transactions, [])
