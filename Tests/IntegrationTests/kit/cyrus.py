# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Cyrus SASL inside Postfix: passwords from a database of its own."""

import subprocess

REALM = "relay.test"
LOGIN = """\
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = cyrus
smtpd_sasl_path = smtpd
smtpd_sasl_local_domain = relay.test
smtpd_sasl_security_options = noanonymous
smtpd_relay_restrictions = permit_sasl_authenticated, reject
"""
CONFIGURATION = """\
pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: {folder}/sasldb2
mech_list: {mechanisms}
"""


def configure(postfix, users, mechanisms):
    """Make the passwords and the configuration, where Debian's Postfix looks for it whatever cyrus_sasl_config_path says."""
    folder = postfix.etc / "sasl"
    folder.mkdir()
    (folder / "smtpd.conf").write_text(CONFIGURATION.format(folder=folder, mechanisms=" ".join(mechanisms)))
    database = folder / "sasldb2"
    for user, password in users.items():
        subprocess.run(
            ["saslpasswd2", "-p", "-c", "-f", database, "-u", REALM, user],
            input=password, check=True, capture_output=True, text=True, timeout=30,
        )
    database.chmod(0o644)
