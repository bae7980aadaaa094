# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""What the integration tests share: real servers, a daemon, messages, and waiting with a deadline."""
