# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""An SMTP relay that follows a script: it records every byte and misbehaves on purpose."""

import base64
import dataclasses
import re
import socket
import socketserver
import ssl
import threading
import time

from .workspace import free_port

DROP = object()
"""A reply that closes the connection instead."""


@dataclasses.dataclass
class Rule:
    """Answers the commands that match `pattern`: with `reply` (bytes, DROP, or a function of the session and the command)
    up to `times` times."""

    pattern: str
    reply: object
    times: float = float("inf")

    def matches(self, command):
        return self.times > 0 and re.match(self.pattern, command, re.IGNORECASE) is not None


@dataclasses.dataclass
class Transaction:
    """One message as it came over the wire."""

    sender: str
    recipients: list
    wire: bytes
    """The content with its dots still stuffed, and the end of data: everything after the answer to DATA."""
    time: float

    @property
    def content(self):
        """The content without dot-stuffing, CRLF line ends."""
        lines = self.wire[: -len(b".\r\n")]
        return lines[1:].replace(b"\r\n.", b"\r\n") if lines.startswith(b".") else lines.replace(b"\r\n.", b"\r\n")

    def header(self, name):
        """The first line of a header field of that name, trimmed; None without."""
        head = self.content.split(b"\r\n\r\n", 1)[0]
        found = re.search(rb"(?mi)^" + name.encode() + rb":[ \t]*(.*?)\r?$", head)
        return found.group(1).decode(errors="replace") if found else None


class Script:
    """What the relay does. Every field may be changed while it runs; new connections follow it."""

    def __init__(self, **fields):
        self.greeting = b"220 relay.test ESMTP\r\n"
        self.extensions = ["PIPELINING", "8BITMIME", "SIZE 50000000", "ENHANCEDSTATUSCODES", "DSN"]
        self.tls = None
        """The certificate and the key, to offer STARTTLS."""
        self.implicit_tls = False
        self.users = None
        """User names with their passwords, to offer AUTH."""
        self.auth_line = "AUTH PLAIN LOGIN"
        self.requires_auth = True
        self.rules = []
        self.delay = 0.0
        """Seconds between the end of the content and its answer."""
        self.__dict__.update(fields)


class ScriptedRelay:
    """The relay itself: a thread for each connection, on a loopback port."""

    def __init__(self, port=None, **fields):
        self.port = port or free_port()
        self.script = Script(**fields)
        self.lock = threading.Lock()
        self.commands = []
        """(number of the connection, command line) in the order they came."""
        self.transactions = []
        self.connections = 0
        self.logins = []
        self._server = None
        self._open = set()

    def start(self):
        relay = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                _Session(relay, self.request).run()

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True
            request_queue_size = 256

        self._server = Server(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def stop(self):
        """Stop listening and cut every connection."""
        if self._server is None:
            return
        self._server.shutdown()
        self._server.server_close()
        self._server = None
        with self.lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def verbs(self):
        """The commands so far without their arguments."""
        with self.lock:
            return [command.split(b" ")[0].split(b":")[0].upper().decode("latin-1") for _, command in self.commands]

    def content_for(self, recipient):
        """The transactions that carry a recipient."""
        with self.lock:
            return [each for each in self.transactions if recipient in each.recipients]


class _Closed(Exception):
    """The peer or the script has ended the connection."""


class _Session:
    """One connection."""

    def __init__(self, relay, connection):
        self.relay, self.script = relay, relay.script
        self.socket, self.buffer = connection, b""
        self.is_secured, self.user = False, None
        self.sender, self.recipients = None, []
        with relay.lock:
            relay.connections += 1
            self.number = relay.connections
            relay._open.add(connection)

    # Bytes

    def send(self, data):
        if data is DROP:
            raise _Closed
        self.socket.sendall(data)

    def receive(self):
        data = self.socket.recv(1 << 16)
        if not data:
            raise _Closed
        self.buffer += data

    def line(self):
        while b"\n" not in self.buffer:
            self.receive()
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line.rstrip(b"\r")

    def content(self):
        """Read up to CRLF dot CRLF. Only that ends the content; a bare CR or LF never does."""
        pieces, tail = [], b"\r\n"
        while True:
            window = tail + self.buffer
            end = window.find(b"\r\n.\r\n")
            if end >= 0:
                taken = end + 5 - len(tail)
                pieces.append(self.buffer[:taken])
                self.buffer = self.buffer[taken:]
                return b"".join(pieces)
            pieces.append(self.buffer)
            tail, self.buffer = window[-4:], b""
            self.receive()

    # The conversation

    def run(self):
        try:
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.socket.settimeout(120)
            if self.script.implicit_tls:
                self.secure()
            self.send(self.script.greeting)
            while self.answer(self.line()):
                pass
        except (_Closed, OSError):
            pass
        finally:
            with self.relay.lock:
                self.relay._open.discard(self.socket)
            self.socket.close()

    def secure(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*map(str, self.script.tls))
        plain = self.socket
        self.socket = context.wrap_socket(plain, server_side=True)
        with self.relay.lock:
            self.relay._open.discard(plain)
            self.relay._open.add(self.socket)
        self.is_secured, self.buffer = True, b""

    def answer(self, line):
        with self.relay.lock:
            self.relay.commands.append((self.number, line))
            rule = next((each for each in self.script.rules if each.matches(line.decode("latin-1"))), None)
            if rule:
                rule.times -= 1
        if rule:
            reply = rule.reply(self, line) if callable(rule.reply) else rule.reply
            if reply is not None:
                self.send(reply)
                return True
        verb = re.split(rb"[ :]", line, maxsplit=1)[0].upper().decode("latin-1")
        handler = getattr(self, f"do_{verb.lower()}", None)
        if handler is None:
            self.send(b"500 5.5.1 unknown command\r\n")
            return True
        return handler(line) is not False

    def do_ehlo(self, line):
        extensions = list(self.script.extensions)
        if self.script.tls and not self.is_secured:
            extensions.append("STARTTLS")
        if self.script.users and (self.is_secured or not self.script.tls):
            extensions.append(self.script.auth_line)
        lines = ["relay.test", *[each for each in extensions if each]]
        self.send(b"".join(b"250-%s\r\n" % each.encode() for each in lines[:-1]) + b"250 %s\r\n" % lines[-1].encode())

    def do_helo(self, line):
        self.send(b"250 relay.test\r\n")

    def do_starttls(self, line):
        if not self.script.tls:
            return self.send(b"502 5.5.1 not here\r\n")
        self.send(b"220 2.0.0 ready\r\n")
        self.secure()

    def do_auth(self, line):
        mechanism, _, initial = line[5:].partition(b" ")
        if mechanism.upper() == b"PLAIN":
            if not initial:
                self.send(b"334 \r\n")
                initial = self.line()
            _, user, password = base64.b64decode(initial).split(b"\0")
        elif mechanism.upper() == b"LOGIN":
            if not initial:
                self.send(b"334 VXNlcm5hbWU6\r\n")
                initial = self.line()
            user = base64.b64decode(initial)
            self.send(b"334 UGFzc3dvcmQ6\r\n")
            password = base64.b64decode(self.line())
        else:
            return self.send(b"504 5.5.4 unknown mechanism\r\n")
        user, password = user.decode(), password.decode()
        with self.relay.lock:
            self.relay.logins.append((user, password))
        if self.script.users and self.script.users.get(user) == password:
            self.user = user
            self.send(b"235 2.7.0 welcome\r\n")
        else:
            self.send(b"535 5.7.8 authentication failed\r\n")

    def do_mail(self, line):
        if self.script.users and self.script.requires_auth and not self.user:
            return self.send(b"530 5.7.0 log in first\r\n")
        self.sender, self.recipients = self.path(line), []
        self.send(b"250 2.1.0 ok\r\n")

    def do_rcpt(self, line):
        if self.sender is None:
            return self.send(b"503 5.5.1 MAIL first\r\n")
        self.recipients.append(self.path(line))
        self.send(b"250 2.1.5 ok\r\n")

    def do_data(self, line):
        if not self.recipients:
            return self.send(b"554 5.5.1 no valid recipients\r\n")
        self.send(b"354 go ahead\r\n")
        wire = self.content()
        transaction = Transaction(self.sender, self.recipients, wire, time.time())
        self.sender, self.recipients = None, []
        with self.relay.lock:
            self.relay.transactions.append(transaction)
        if self.script.delay:
            time.sleep(self.script.delay)
        rule = next((each for each in self.script.rules if each.matches("<end of content>")), None)
        if rule:
            rule.times -= 1
            return self.send(rule.reply(self, transaction) if callable(rule.reply) else rule.reply)
        self.send(b"250 2.0.0 ok\r\n")

    def do_rset(self, line):
        self.sender, self.recipients = None, []
        self.send(b"250 2.0.0 ok\r\n")

    def do_noop(self, line):
        self.send(b"250 2.0.0 ok\r\n")

    def do_quit(self, line):
        self.send(b"221 2.0.0 bye\r\n")
        return False

    @staticmethod
    def path(line):
        found = re.search(rb"<(.*)>", line)
        return found.group(1).decode("utf-8", "replace") if found else ""
