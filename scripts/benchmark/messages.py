# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The messages of the measurements: the same bytes for every contender."""

from kit import messages

SENDER, RECIPIENT = "app@app.example", "alice@example.net"
LINE = b"0123456789" * 6 + b"abc\n"


def queue_file(number, size, recipient=RECIPIENT, fields=()):
    """A queue file of smtpqd whose message has about `size` bytes."""
    body = b"Hello.\n" + LINE * (size // len(LINE) - 3)
    return messages.message(str(number), body, recipients=[recipient], sender=SENDER, fields=fields)


def message(number, size):
    """The message alone, header and body."""
    return queue_file(number, size).split(b"\n\n", 1)[1]
