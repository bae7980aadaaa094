# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The same in Python."""

import os
import sys
import threading

sys.path.insert(0, os.environ["BINDINGS"])
from smtp_component import SMTP, Event, Property, SMTPError  # noqa: E402

secure_port, authorities, queue, scripted_port, hanging_port = sys.argv[1:]
at_mail = threading.Event()
BOUNDARY = "----parts----"


def result(name, act):
    try:
        act()
        print(name, 0)
        return None
    except SMTPError as error:
        print(name, error.code)
        return error


def on(event):
    def show(arguments):
        print("event", int(event), *[f"{name}={value}" for name, value in arguments.items()])
        if arguments.get("message", "").startswith("MAIL FROM"):
            at_mail.set()

    result("register", lambda: smtp.register_callback(event, show))


with SMTP() as smtp:
    for each in Event:
        on(each)
    smtp.set(Property.MAIL_SERVER, "localhost")
    smtp.set(Property.MAIL_PORT, secure_port)
    smtp.set(Property.USER, "app")
    smtp.set(Property.PASSWORD, "sesame")
    smtp.do_config("TLS=starttls")
    smtp.do_config(f"TLSCAFile={authorities}")
    smtp.do_config("Charset=UTF-8")
    smtp.set(Property.FROM, "App <app@app.example>")
    smtp.set(Property.SEND_TO, "Älice <alice@example.net>")
    smtp.set(Property.MESSAGE_RECIPIENT_COUNT, 2)
    smtp.set(Property.MESSAGE_RECIPIENT_ADDRESS, "bob@example.net", index=1)
    smtp.set(Property.MESSAGE_RECIPIENT_TYPE, 1, index=1)
    smtp.set(Property.SUBJECT, "Grüße")
    smtp.set(Property.OTHER_HEADERS, f'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="{BOUNDARY}"\r\n')
    smtp.set(
        Property.MESSAGE_TEXT,
        f"--{BOUNDARY}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nSchöne Grüße\r\n--{BOUNDARY}\r\n"
        "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
        f'Content-Disposition: attachment; filename="data.bin"\r\n\r\nAAEC/w==\r\n--{BOUNDARY}--\r\n',
    )

    result("connect", smtp.do_connect)
    result("send", smtp.do_send)
    result("verify", lambda: smtp.do_verify("alice@example.net"))
    print("LastReply", smtp.get(Property.LAST_REPLY)[:3])
    result("Command", lambda: smtp.set(Property.COMMAND, "NOOP"))
    print("Connected", smtp.get(Property.CONNECTED))
    result("disconnect", smtp.do_disconnect)

    for keep in (False, True):
        smtp.do_config(f"KeepQueue={keep}")
        print("queue", smtp.do_queue(queue))
        result("processqueue", lambda: smtp.do_processqueue(queue))

    smtp.do_config("TLS=none")
    smtp.set(Property.USER, "")
    smtp.set(Property.MAIL_PORT, scripted_port)
    result("expand", lambda: smtp.do_expand("staff"))
    smtp.set(Property.BCC, "refused@example.net")
    result("send", smtp.do_send)
    print("error", result("sendtoterminalonly", smtp.do_sendtoterminalonly).text)
    result("resetheaders", smtp.do_resetheaders)
    result("send", smtp.do_send)

    smtp.set(Property.FROM, "app@app.example")
    smtp.set(Property.SEND_TO, "alice@example.net")
    smtp.set(Property.MAIL_PORT, hanging_port)
    at_mail.clear()
    threading.Thread(target=lambda: (at_mail.wait(), smtp.do_interrupt())).start()
    result("send", smtp.do_send)
    result("doevents", smtp.do_doevents)

    # What a callback raises comes out of the method.
    smtp.register_callback(Event.PI_TRAIL, lambda _: 1 // 0)
    try:
        smtp.do_send()
        sys.exit("nothing came out of the callback")
    except ZeroDivisionError:
        smtp.register_callback(Event.PI_TRAIL, None)
print("close 0")
