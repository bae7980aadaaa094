# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""What scripts/bench measures: the peers, the scenarios, and how figures are taken and shown."""
