# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Messages to send, and what must arrive of them."""

import hashlib
import random


def message(identifier, body=b"Hello.\n", recipients=("alice@example.net",), sender="app@app.example", fields=()):
    """A queue file: the envelope block, a header with `identifier`, and the body. LF line ends."""
    envelope = [f"Queue-From: <{sender}>", *[f"Queue-To: <{each}>" for each in recipients], *fields]
    header = [
        "From: App <app@app.example>",
        "To: undisclosed-recipients:;",
        f"Subject: test {identifier}",
        f"Message-ID: <{identifier}@app.example>",
        "Date: Tue, 24 Nov 2026 04:10:03 +0000",
        f"X-Test: {identifier}",
    ]
    return "\n".join([*envelope, "", *header, "", ""]).encode() + body


def arrived_body(body):
    """The body as a maildir holds it: LF line ends, the last line ended."""
    text = body.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return text if not text or text.endswith(b"\n") else text + b"\n"


def digest(body):
    return hashlib.sha256(body).hexdigest()


def awkward_bodies():
    """Bodies that have gone wrong somewhere before, by name."""
    source = random.Random(5321)
    eight_bit = bytes(source.choice(range(0x80, 0x100)) for _ in range(70))
    line = b"0123456789abcdef" * 4 + b"\n"
    return {
        "empty": b"",
        "one-newline": b"\n",
        "no-final-newline": b"first\nlast",
        "leading-dots": b".\n..\n...\n.x\n\n.\n",
        "dot-at-the-end": b"text\n.",
        "only-a-dot": b".",
        "eight-bit": b"".join(eight_bit[i:] + eight_bit[:i] + b"\n" for i in range(70)),
        "998-byte-lines": (b"x" * 998 + b"\n") * 20,
        "998-dots": (b"." * 998 + b"\n") * 3,
        "crlf": b"one\r\n.two\r\n\r\nthree\r\n",
        "mixed-line-ends": b"one\r\ntwo\nthree\r\n.\nfour\n",
        "10-mib": line * (10 * (1 << 20) // len(line)),
        "dot-over-64-kib": (b"y" * 63 + b"\n") * 1024 + b".\n" + (b".z\n" * 30000),
    }
