# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Messages that smtpq composes, read back with Python's `email` package."""

import email
import email.policy
import os
import subprocess

from kit.binaries import binaries
from kit.case import MailTestCase
from kit.daemon import smtpq

USAGE, BAD_MESSAGE, NO_INPUT = 64, 65, 66
PAGE = '<p>Grüße: <img src="cid:logo.png"> und <img src=\'cid:Über uns.gif\'></p>\n'


def defects(message):
    """Everything that the package found wrong."""
    for part in message.walk():
        yield from part.defects
        for value in part.values():
            yield from getattr(value, "defects", ())


def text(part):
    """The text of a part, with the line ends of Python."""
    return part.get_content().replace("\r\n", "\n")


class Compose(MailTestCase):
    def setUp(self):
        super().setUp()
        self.smtpqd = self.daemon(9)
        self.folder = self.workspace.folder("files")

    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content)
        return path

    def send(self, *arguments, data=b"", **options):
        return self.smtpqd.smtpq("send", "-f", "App <app@app.example>", "--to", "alice@example.net", *arguments, data=data, **options)

    def composed(self, *arguments, data=b""):
        """What is in the queue after `smtpq send`, as its envelope and as a message without defects."""
        stem = self.send(*arguments, data=data).stdout.strip()
        envelope, _, content = (self.smtpqd.queue.path / f"{stem}.queued").read_bytes().partition(b"\n\n")
        message = email.message_from_bytes(content, policy=email.policy.default)
        self.assertEqual(list(defects(message)), [])
        return envelope, message

    def test_text_html_images_and_attachments(self):
        binary, page = os.urandom(100_000), self.file("page.html", PAGE.encode())
        attached = {
            "Übersicht 2026.pdf": ("application/pdf", binary),
            "empty": ("application/octet-stream", b""),
            "table.csv": ("text/csv", "a;ü\r\n1;2\r\n".encode()),
            '100 % "odd"; name=x.zip': ("application/zip", binary[:57]),
        }
        images = {"logo.png": b"\x89PNG" + binary, "Über uns.gif": b"GIF89a"}
        options = [option for name, (_, data) in attached.items() for option in ("--attach", self.file(name, data))]
        options += [option for name, data in images.items() for option in ("--image", self.file(name, data))]
        _, message = self.composed("--subject", "Grüße 你好", "--text", "Siehe Anhang.", "--html", page, *options)

        self.assertEqual(message["subject"], "Grüße 你好")
        self.assertEqual([each.addr_spec for each in message["to"].addresses], ["alice@example.net"])
        self.assertEqual(text(message.get_body(("plain",))), "Siehe Anhang.\n")
        self.assertEqual(message.get_content_type(), "multipart/mixed")
        found = {part.get_filename(): (part.get_content_type(), part.get_payload(decode=True)) for part in message.iter_attachments()}
        self.assertEqual(found, attached)

        related = message.get_body(("related",))
        html = text(related.get_body(("html",)))
        shown = list(related.iter_attachments())
        self.assertEqual([part.get_filename() for part in shown], list(images))
        for part in shown:
            self.assertEqual(part.get_payload(decode=True), images[part.get_filename()])
            self.assertEqual(part.get_content_disposition(), "inline")
            self.assertIn(f"cid:{part['content-id'].strip('<>')}", html)
        self.assertNotIn("logo.png", html)

    def test_html_alone_and_text_from_standard_input(self):
        _, message = self.composed("--html", "<b>now</b>")
        self.assertEqual((message.get_content_type(), text(message)), ("text/html", "<b>now</b>\n"))
        _, message = self.composed("--html", "-", "--text", "now", data=b"<b>now</b>\n")
        self.assertEqual(text(message.get_body(("html",))), "<b>now</b>\n")
        _, message = self.composed("--attach", f"{self.file('x.bin', b'x')};type=text/x-diff", data=b"from standard input\n")
        self.assertEqual(text(message.get_body(("plain",))), "from standard input\n")
        self.assertEqual([part.get_content_type() for part in message.iter_attachments()], ["text/x-diff"])

    def test_a_blind_copy_stands_in_the_envelope_alone(self):
        envelope, message = self.composed("--cc", "bob@example.org", "--bcc", "Carol <carol@example.com>", "--text", "x")
        self.assertIn(b"Queue-To: <carol@example.com>", envelope)
        self.assertNotIn("carol", str(message).lower())
        self.assertEqual(message["cc"], "bob@example.org")

    def test_an_attached_message_stands_as_it_is(self):
        inner = b"From: a@b.example\r\nSubject: inner\r\n\r\nGr\xc3\xbc\xc3\x9fe\r\n"
        _, message = self.composed("--text", "x", "--attach", self.file("inner.eml", inner))
        attached = list(message.iter_attachments())[0]
        self.assertEqual(attached.get_content_type(), "message/rfc822")
        self.assertEqual(attached.get_content()["subject"], "inner")

    def test_large_attachments_take_no_memory(self):
        chunk = os.urandom(1 << 20)
        path = self.file("large.bin", b"")
        with open(path, "wb") as file:
            for _ in range(24):
                file.write(chunk)
        peaks = []
        for name in ("small.bin", "large.bin"):
            self.file("small.bin", chunk)
            process = subprocess.Popen(
                [binaries() / "smtpq", "send", "-f", "a@b.example", "--to", "c@d.example", "--text", "x", "--attach", self.folder / name],
                env={**os.environ, "SMTPQ_QUEUEDIR": str(self.smtpqd.queue.path)}, stdout=subprocess.PIPE,
            )
            stem = process.stdout.read().decode().strip()
            process.stdout.close()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            self.assertEqual(process.returncode, 0)
            peaks.append(usage.ru_maxrss)
        content = (self.smtpqd.queue.path / f"{stem}.queued").read_bytes().partition(b"\n\n")[2]
        attached = list(email.message_from_bytes(content, policy=email.policy.default).iter_attachments())[0]
        self.assertEqual(attached.get_payload(decode=True), chunk * 24)
        self.assertLess(peaks[1] - peaks[0], 16 << 10, "KiB")

    def test_what_cannot_be_composed_is_refused_and_leaves_nothing(self):
        picture = self.file("logo.png", b"x")
        self.smtpqd.configure(max_size=100_000)
        for status, reason, arguments in (
            (NO_INPUT, "nothing.pdf: No such file", ("--text", "x", "--attach", self.folder / "nothing.pdf")),
            (NO_INPUT, "Is a directory", ("--text", "x", "--attach", self.folder)),
            (NO_INPUT, "page.html: No such file", ("--html", "page.html")),
            (BAD_MESSAGE, "not UTF-8", ("--html", self.file("latin1.html", b"<p>\xfc"))),
            (BAD_MESSAGE, "cid:logo.png", ("--html", "<p>nothing", "--image", picture)),
            (BAD_MESSAGE, "larger than MaxMessageSize", ("--text", "x", "--attach", self.file("big", b"x" * 90_000))),
            (USAGE, "--image", ("--text", "x", "--image", picture)),
            (USAGE, "-t is for", ("-t", "--text", "x")),
            (USAGE, "no type of a file", ("--attach", f"{picture};type=multipart/mixed")),
        ):
            with self.subTest(arguments):
                # The configuration, which names the directory here, knows the largest message.
                environment = {"SMTPQ_QUEUEDIR": "", "SMTPQ_CONFIG": str(self.smtpqd.configuration)}
                result = smtpq("send", "-f", "a@b.example", "--to", "c@d.example", *arguments, environment=environment, check=False)
                self.assertEqual(result.returncode, status, result.stderr)
                self.assertIn(reason, result.stderr)
        self.assertEqual(list(self.smtpqd.queue.path.iterdir()), [])
