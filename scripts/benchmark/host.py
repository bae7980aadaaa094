# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""This machine's own root, with the interface of a throw-away one: for programs that need no package."""


class Host:
    """Runs commands as they are."""

    def command(self, *arguments):
        return list(map(str, arguments))

    def stop(self):
        pass
