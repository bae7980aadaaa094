# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""`smtpq top` in a real terminal emulator: it fits, follows a change of the size, and leaves no trace."""

import subprocess

from kit.binaries import binaries
from kit.case import MailTestCase
from kit.waiting import wait_until

USAGE = 64


class Terminal:
    """A shell in a tmux of its own."""

    def __init__(self, folder, environment):
        self.socket = folder / "tmux"
        shell = ["env", *(f"{name}={value}" for name, value in environment.items()), "PS1=READY ", "sh"]
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", *shell)

    def tmux(self, *arguments, check=True):
        return subprocess.run(
            ["tmux", "-S", self.socket, *arguments], check=check, capture_output=True, timeout=20, text=True
        ).stdout

    def keys(self, *keys):
        self.tmux("send-keys", *keys)

    def lines(self):
        return self.tmux("capture-pane", "-p").splitlines()

    def wait_for(self, text, seconds=15):
        return wait_until(lambda: text in "\n".join(self.lines()) and self.lines(), seconds, f"{text!r} on the screen", describe=self.lines)

    def close(self):
        self.tmux("kill-server", check=False)


class Top(MailTestCase):
    def setUp(self):
        super().setUp()
        self.smtpqd = self.daemon(9)
        for number in range(60):
            self.smtpqd.queue.drop(
                f"Queue-From: <app@app.example>\nQueue-To: <a-rather-long-address-{number}@example.net>\n\nx\n".encode(), f"order-{number:02}"
            )

    def open(self, **environment):
        folder = self.workspace.folder(f"terminal{environment.get('NO_COLOR', '')}")
        terminal = Terminal(folder, {"SMTPQ_CONFIG": self.smtpqd.configuration, **environment})
        self.addCleanup(terminal.close)
        terminal.wait_for("READY")
        terminal.keys(f"{binaries() / 'smtpq'} top --interval 200ms", "Enter")
        return terminal

    def test_it_fits_the_terminal_and_gives_it_back(self):
        terminal = self.open()
        lines = terminal.wait_for("q ends this")
        self.assertTrue(lines[0].startswith("daemon  not running"), lines)
        self.assertEqual(lines[23], "q ends this")
        self.assertTrue(all(len(line) <= 80 for line in lines))
        self.assertIn("order-00", "\n".join(lines))

        terminal.tmux("resize-window", "-x", "150", "-y", "40")
        lines = wait_until(
            lambda: (found := terminal.lines()) and len(found) == 40 and found[39] == "q ends this" and found, 15, "the larger screen",
            describe=terminal.lines,
        )
        self.assertIn("a-rather-long-address-0@example.net", "\n".join(lines))

        self.smtpqd.smtpq("delete", "order-00")
        wait_until(lambda: "59 queued" in "\n".join(terminal.lines()), 15, "the change", describe=terminal.lines)

        terminal.keys("q")
        terminal.keys("stty -a", "Enter")
        lines = "\n".join(terminal.wait_for("icanon"))
        for flag in ("isig", "icanon", "echo"):
            self.assertRegex(lines, rf"(?m)(^| ){flag}( |;|$)")
        self.assertNotIn("order-", lines)

    def test_control_c_and_sigterm_end_it_too(self):
        terminal = self.open()
        terminal.wait_for("q ends this")
        terminal.keys("C-c")
        terminal.keys("echo ended with $?", "Enter")
        terminal.wait_for("ended with 0")
        terminal.keys(f"sh -c '(sleep 1; kill $$) & exec {binaries() / 'smtpq'} top'; echo killed with $?; stty -a", "Enter")
        self.assertIn("killed with 0", "\n".join(terminal.wait_for(" icanon")))

    def test_without_a_terminal_it_says_what_to_do(self):
        result = self.smtpqd.smtpq("top", check=False)
        self.assertEqual((result.returncode, result.stdout), (USAGE, ""))
        self.assertIn("smtpq status --json", result.stderr)

    def test_no_color_is_honoured(self):
        for value, expected in (("", True), ("1", False)):
            with self.subTest(NO_COLOR=value):
                terminal = self.open(NO_COLOR=value)
                terminal.wait_for("q ends this")
                self.assertEqual("\x1b[31m" in terminal.tmux("capture-pane", "-p", "-e"), expected)
                terminal.close()
