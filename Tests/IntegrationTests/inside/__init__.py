# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Tests that run inside a booted systemd, started by test_systemd.py through scripts/with-systemd."""
