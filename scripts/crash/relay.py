# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Relays for runs side by side."""

from kit.scripted_relay import ScriptedRelay


def start_relay(**script):
    """Start a scripted relay. Another run may take the port that was free a moment ago: then there is a next one."""
    for _ in range(20):
        try:
            return ScriptedRelay(**script).start()
        except OSError as error:
            problem = error
    raise AssertionError(f"no port for a relay: {problem}")
