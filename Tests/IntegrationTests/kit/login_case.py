# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Postfix with STARTTLS that demands a login, and what checks the login behind it."""

from . import cyrus
from .case import MailTestCase
from .certificates import Authority
from .dovecot import OUTSIDE, TOKENS, Dovecot
from .introspection import Introspection
from .kerberos import Kerberos
from .postfix import INBOX, LOGIN, TLS, Postfix

USER, PASSWORD, TOKEN = "app@example.net", "pass, word=17", "ya29.right-token"


class LoginTestCase(MailTestCase):
    """A test with a Postfix that demands logins."""

    def setUp(self):
        super().setUp()
        self.authority = Authority(self.workspace.folder("tls"))

    def dovecot_with(self, mechanisms, users=(), **options):
        """Start Postfix with STARTTLS, and Dovecot behind it with some mechanisms."""
        dovecot = Dovecot(self.workspace.folder("dovecot"), users, mechanisms, **options).start()
        self.addCleanup(dovecot.stop)
        self.make_postfix(LOGIN.format(socket=dovecot.socket))
        self.postfix.start()

    def cyrus_with(self, mechanisms, users):
        """Start Postfix with STARTTLS, and Cyrus SASL in it with some mechanisms."""
        self.make_postfix(cyrus.LOGIN)
        cyrus.configure(self.postfix, users, mechanisms)
        self.postfix.start()

    def with_tokens(self):
        """Start Postfix, and Dovecot behind it that takes `TOKEN` from `USER`."""
        introspection = Introspection({TOKEN: USER}).start()
        self.addCleanup(introspection.stop)
        folder = self.workspace.folder("dovecot")
        (folder / "oauth2.conf").write_text(
            f"introspection_mode = post\nintrospection_url = {introspection.url}\n"
            "username_attribute = username\nactive_attribute = active\nactive_value = true\n"
        )
        self.dovecot_with("plain xoauth2 oauthbearer", passdb=TOKENS)

    def with_kerberos(self):
        """Start Postfix, and Dovecot behind it that takes tickets; return the realm, and the environment of a client."""
        kerberos = Kerberos(self.workspace.folder("kerberos"))
        service, client = kerberos.keytab("smtp/localhost"), kerberos.keytab("app")
        kerberos.start()
        self.addCleanup(kerberos.stop)
        self.dovecot_with(
            "gssapi", passdb=OUTSIDE, environment=kerberos.environment,
            settings=f"auth_krb5_keytab = {service}\nauth_gssapi_hostname = localhost\n"
            "import_environment = $import_environment KRB5_CONFIG KRB5RCACHETYPE\n",
        )
        return kerberos, {**kerberos.environment, "KRB5_CLIENT_KTNAME": str(client)}

    def make_postfix(self, settings):
        """Make a Postfix with STARTTLS; it is not started."""
        certificate, key = self.authority.issue("relay")
        tls = TLS.format(level="encrypt", certificate=certificate, key=key)
        self.postfix = Postfix(self.workspace.folder("postfix"), INBOX + tls + settings)
        self.addCleanup(self.postfix.stop)

    def login_count(self, mechanism, user):
        """How many messages came after such a login."""
        return self.postfix.log().count(f"sasl_method={mechanism}, sasl_username={user}")
