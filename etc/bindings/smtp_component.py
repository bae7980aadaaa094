# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Mail from Python, over libsmtp_component with ctypes.

    from smtp_component import SMTP, Property

    with SMTP() as smtp:
        smtp.set(Property.MAIL_SERVER, "mail.example.com")
        smtp.set(Property.FROM, "app@example.com")
        smtp.set(Property.SEND_TO, "alice@example.net")
        smtp.set(Property.MESSAGE_TEXT, "It is on its way.\\r\\n")
        smtp.do_send()

SMTP_COMPONENT_LIBRARY in the environment names another library than the one that is installed.
"""

import ctypes
import enum
import functools
import os


class Property(enum.IntEnum):
    """The numbers of the properties."""

    VERSION = 0
    ALLOW_EXTENSIONS = 1
    AUTH_MECHANISM = 2
    BCC = 3
    CC = 4
    COMMAND = 5
    CONNECTED = 6
    DELIVERY_NOTIFICATION_TO = 7
    FIREWALL_AUTO_DETECT = 8
    FIREWALL_TYPE = 9
    FIREWALL_HOST = 10
    FIREWALL_PASSWORD = 11
    FIREWALL_PORT = 12
    FIREWALL_USER = 13
    FROM = 14
    IDLE = 15
    IMPORTANCE = 16
    LAST_REPLY = 17
    LOCAL_HOST = 18
    MAIL_PORT = 19
    MAIL_SERVER = 20
    MESSAGE = 21
    MESSAGE_DATE = 22
    MESSAGE_HEADER_COUNT = 23
    MESSAGE_HEADER_FIELD = 24
    MESSAGE_HEADER_VALUE = 25
    MESSAGE_HEADERS_STRING = 26
    MESSAGE_ID = 27
    MESSAGE_RECIPIENT_COUNT = 28
    MESSAGE_RECIPIENT_ADDRESS = 29
    MESSAGE_RECIPIENT_NAME = 30
    MESSAGE_RECIPIENT_OPTIONS = 31
    MESSAGE_RECIPIENT_TYPE = 32
    MESSAGE_TEXT = 33
    OTHER_HEADERS = 34
    PASSWORD = 35
    PRIORITY = 36
    READ_RECEIPT_TO = 37
    REPLY_TO = 38
    RETURN_PATH = 39
    SEND_TO = 40
    SENSITIVITY = 41
    SUBJECT = 42
    TIMEOUT = 43
    USER = 44


class Event(enum.IntEnum):
    """The numbers of the events."""

    CONNECTION_STATUS = 1
    END_TRANSFER = 2
    ERROR = 3
    EXPAND = 4
    PI_TRAIL = 5
    START_TRANSFER = 6
    TRANSFER = 7


class SMTPError(Exception):
    """Something did not work: `code` is the number, `text` says what."""

    def __init__(self, code, text):
        super().__init__(f"{code}: {text}")
        self.code, self.text = code, text


class _Argument(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("text", ctypes.c_char_p), ("number", ctypes.c_int64)]


_Callback = ctypes.CFUNCTYPE(
    None, ctypes.c_int64, ctypes.c_int, ctypes.POINTER(_Argument), ctypes.c_int, ctypes.c_void_p
)


@functools.cache
def _library():
    library = ctypes.CDLL(os.environ.get("SMTP_COMPONENT_LIBRARY", "libsmtp_component.so.1"))
    library.smtp_component_open.restype = ctypes.c_int64
    library.smtp_component_get_bytes.restype = ctypes.c_void_p
    for name in ("get_last_error", "do_config", "do_queue"):
        getattr(library, f"smtp_component_{name}").restype = ctypes.c_char_p
    return library


class SMTP:
    """One component. Methods block; callbacks come on the thread that called the method."""

    def __init__(self):
        self._handle = ctypes.c_int64(_library().smtp_component_open())
        self._callbacks = {}
        self._raised = None

    def close(self):
        """End it: hang up, stop what runs."""
        _library().smtp_component_close(self._handle)
        self._callbacks.clear()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _call(self, name, *arguments):
        result = getattr(_library(), f"smtp_component_{name}")(self._handle, *arguments)
        raised, self._raised = self._raised, None
        if raised is not None:
            raise raised
        code = _library().smtp_component_get_last_error_code(self._handle)
        if code:
            raise SMTPError(code, _library().smtp_component_get_last_error(self._handle).decode())
        return result

    # Properties and events

    def set(self, property, value, index=0):
        """Set a property to a text, a number, a truth value or bytes."""
        data = value if isinstance(value, bytes) else str(value).encode()
        self._call("set_bytes", int(property), index, data, ctypes.c_size_t(len(data)))

    def get(self, property, index=0):
        """The value of a property as text."""
        return self.get_bytes(property, index).decode()

    def get_bytes(self, property, index=0):
        """The value of a property as bytes."""
        length = ctypes.c_size_t()
        address = self._call("get_bytes", int(property), index, ctypes.byref(length))
        return ctypes.string_at(address, length.value)

    def register_callback(self, event, function):
        """Have a function called for an event with a dictionary: the arguments by their names in lower case.

        What it raises stops the method, and is raised by that. None takes it away.
        """

        def call(handle, event, arguments, count, context):
            try:
                given = [arguments[index] for index in range(count)]
                function(
                    {each.name.decode().lower(): each.number if each.text is None else each.text.decode() for each in given}
                )
            except BaseException as raised:
                self._raised = self._raised or raised
                self.do_interrupt()

        callback = _Callback(call) if function else _Callback(0)
        self._call("register_callback", int(event), callback, None)
        # The library calls the old one no more.
        self._callbacks[event] = callback

    # Methods

    def do_config(self, configuration):
        """Set (NAME=VALUE) or read (NAME) a setting; return its value."""
        return self._call("do_config", configuration.encode()).decode()

    def do_connect(self):
        """Connect to the server."""
        self._call("do_connect")

    def do_disconnect(self):
        """Hang up."""
        self._call("do_disconnect")

    def do_doevents(self):
        """Call the callbacks of what has happened."""
        self._call("do_doevents")

    def do_expand(self, address):
        """Ask the server who is on a list."""
        self._call("do_expand", address.encode())

    def do_interrupt(self):
        """Stop the method that runs; from any thread."""
        _library().smtp_component_do_interrupt(self._handle)

    def do_processqueue(self, directory):
        """Send what waits in a queue directory."""
        self._call("do_processqueue", os.fsencode(directory))

    def do_queue(self, directory):
        """Put the message into a queue directory; return the name of the file."""
        return self._call("do_queue", os.fsencode(directory)).decode()

    def do_resetheaders(self):
        """Set back all that belongs to the headers."""
        self._call("do_resetheaders")

    def do_send(self):
        """Send the message."""
        self._call("do_send")

    def do_sendtoterminalandemail(self):
        """Send the message to terminals and mailboxes."""
        self._call("do_sendtoterminalandemail")

    def do_sendtoterminalonly(self):
        """Send the message to terminals."""
        self._call("do_sendtoterminalonly")

    def do_sendtoterminaloremail(self):
        """Send the message to terminals or mailboxes."""
        self._call("do_sendtoterminaloremail")

    def do_verify(self, address):
        """Ask the server for a mailbox."""
        self._call("do_verify", address.encode())
