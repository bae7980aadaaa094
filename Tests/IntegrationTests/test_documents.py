# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Every command and every example in the documents, as it stands there, in a throw-away root."""

import os
import shutil
import subprocess

from kit.binaries import binaries
from kit.case import MailTestCase
from kit.documents import blocks, documents
from kit.processes import Program
from kit.throwaway_root import ThrowawayRoot
from kit.waiting import wait_until

# The beginnings of commands that are not run here, and why.
ELSEWHERE = {
    "scripts/quickstart": "test_quickstart runs it",
    "scripts/test": "it is what runs this test",
    "scripts/bench": "it takes minutes; CI runs its short form",
    "scripts/package-deb": "test_package runs it",
    "sudo apt install": "test_package does it, under a systemd of its own",
    "sudo scripts/install": "test_install and test_systemd run it",
    "sudo editor": "a person does it",
    "sudo systemctl": "test_systemd does it, with systemd as PID 1",
    "smtpq process": "there is a daemon here; test_process runs it without",
    "journalctl": "there is no journal; test_systemd reads the one of a real systemd",
    "setfacl": "it is for hosts with node_exporter and its folder",
    "cc program.c": "test_procedural compiles C programs with these flags",
}
# How a file of a language becomes a running program.
RUN = {
    "python": "python3 {file}",
    "php": "php {file}",
    "go": "gccgo-12 -o {file}.program {file} && {file}.program",
    "rust": "rustc -o {file}.program {file} && {file}.program",
}
ENDINGS = {"python": ".py", "php": ".php", "go": ".go", "rust": ".rs"}
# Languages of blocks that are no programs. Those of Swift are compiled: see scripts/checks/examples.py.
NO_PROGRAMS = {"toml", "ini", "yaml", "swift"}
PACKAGES = ["php-cli", "python3", "gccgo-12", "rustc"]
CONFIGURATION = '[[Relay]]\nMailServer = "127.0.0.1"\nMailPort = {port}\nTLS = "none"\n'
# What the other programs of the guide have, so that there is something to convert.
OTHERS = {
    "nullmailer/remotes": "smtp.example.com smtp port=587 starttls\n",
    "msmtprc": "account default\nhost smtp.example.com\ntls on\n",
    "ssmtp/ssmtp.conf": "mailhub=smtp.example.com:587\nUseSTARTTLS=YES\n",
    "postfix/main.cf": "relayhost = [smtp.example.com]:587\nsmtp_tls_security_level = secure\n",
}


class Documents(MailTestCase):
    def setUp(self):
        super().setUp()
        self.root = ThrowawayRoot(self.workspace.folder("root"), self.workspace.path, PACKAGES).start()
        self.addCleanup(self.root.stop)
        programs = self.workspace.folder("programs")
        for name in ("smtpqd", "smtpq"):
            shutil.copy(binaries() / name, programs)
        # Root needs no sudo, and this root has none.
        (programs / "sudo").write_text('#!/bin/sh\nexec "$@"\n')
        (programs / "sudo").chmod(0o755)
        self.smtp = self.relay()
        etc = self.workspace.folder("etc")
        for name, text in {**OTHERS, "smtpqd/smtpqd.toml": CONFIGURATION.format(port=self.smtp.port)}.items():
            (etc / name).parent.mkdir(exist_ok=True)
            (etc / name).write_text(text)
        self.run_inside(f"mv {programs}/* /usr/local/bin/; cp -r {etc}/. /etc/; rm -rf /var/spool/smtpq; mkdir -p /var/spool/smtpq")
        self.daemon = Program(self.root.command("/usr/local/bin/smtpqd", "--foreground"), self.workspace.path / "smtpqd.log").start()
        self.addCleanup(self.daemon.stop)
        self.run_inside("for i in $(seq 200); do test -e /var/spool/smtpq/.status && exit; sleep 0.05; done; exit 1")

    def run_inside(self, script, folder="/tmp"):
        """Run a script in the root; it must succeed. Return its output."""
        result = subprocess.run(
            self.root.command("bash", "-c", f"cd {folder}; set -euo pipefail; {script}"), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=120, env={**os.environ, "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"},
        )
        self.assertEqual(result.returncode, 0, f"{script}\n{result.stdout}{result.stderr}")
        return result.stdout

    def test_every_command_of_the_documents(self):
        unused, count = set(ELSEWHERE), 0
        for document in documents():
            # A page is read from its top: what a block has set, those behind it know.
            script = []
            for block in blocks(document):
                self.assertIn(block.language, {"sh", *RUN, *NO_PROGRAMS}, f"{document}:{block.line}")
                if block.language != "sh":
                    continue
                for line in block.text.splitlines():
                    excuse = next((each for each in ELSEWHERE if line.startswith(each)), None)
                    unused.discard(excuse)
                    script += [line] if excuse is None else []
                    count += excuse is None
            if script:
                with self.subTest(str(document)):
                    self.run_inside("\n" + "\n".join(script))
        self.assertEqual(unused, set(), "no document has these commands any more")
        self.assertGreater(count, 30)

    def test_an_example_of_each_language_sends_its_message(self):
        found = [block for document in documents() for block in blocks(document) if block.language in RUN]
        self.assertEqual({block.language for block in found}, set(RUN))
        for block in found:
            with self.subTest(block.language):
                file = self.workspace.path / f"example{ENDINGS[block.language]}"
                file.write_text(block.text)
                before = len(self.smtp.transactions)
                self.run_inside(RUN[block.language].format(file=file))
                wait_until(lambda: len(self.smtp.transactions) > before, 30, "the message", describe=self.daemon.output)
                message = self.smtp.transactions[-1]
                self.assertEqual((message.sender, message.recipients), ("app@app.example", ["alice@example.net"]))
                self.assertEqual(message.header("Subject").lower(), f"from {block.language}")
                self.assertIn(b"A file in a directory is all it takes.\r\n", message.content)
