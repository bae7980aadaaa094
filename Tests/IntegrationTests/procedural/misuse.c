// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

// Everything that is wrong is an error code. Takes the port of a server that accepts mail, and a folder that is no queue.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "smtp_component.h"

#define EXPECT(code, call) expect(__LINE__, code, call)
#define FAILS(code, text) expect_text(__LINE__, code, text)

static smtp_component_handle smtp;
static int fired = 0;

static void expect(int line, int code, int found)
{
    if (code == found) return;
    fprintf(stderr, "line %d: %d, expected %d: %s\n", line, found, code, smtp_component_get_last_error(smtp));
    exit(1);
}

/* A text that is empty because of an error. */
static void expect_text(int line, int code, const char *text)
{
    if (text == NULL || *text != 0) expect(line, -1, -2);
    expect(line, code, smtp_component_get_last_error_code(smtp));
}

static void check_handle(smtp_component_handle bad)
{
    size_t length = 7;
    const char *text = smtp_component_get(bad, 1, 0);
    EXPECT(198, smtp_component_set(bad, 1, 0, "True"));
    EXPECT(198, smtp_component_set_bytes(bad, 1, 0, "True", 4));
    EXPECT(198, smtp_component_register_callback(bad, 1, NULL, NULL));
    EXPECT(198, smtp_component_get_last_error_code(bad));
    EXPECT(0, *text);
    EXPECT(0, *(const char *)smtp_component_get_bytes(bad, 1, 0, &length) + (int)length);
    EXPECT(0, *smtp_component_do_config(bad, "Hello"));
    EXPECT(0, *smtp_component_do_queue(bad, "/"));
    EXPECT(0, strcmp("there is no such component", smtp_component_get_last_error(bad)));
    EXPECT(198, smtp_component_do_connect(bad));
    EXPECT(198, smtp_component_do_disconnect(bad));
    EXPECT(198, smtp_component_do_doevents(bad));
    EXPECT(198, smtp_component_do_expand(bad, "x"));
    EXPECT(198, smtp_component_do_interrupt(bad));
    EXPECT(198, smtp_component_do_processqueue(bad, "/"));
    EXPECT(198, smtp_component_do_resetheaders(bad));
    EXPECT(198, smtp_component_do_send(bad));
    EXPECT(198, smtp_component_do_sendtoterminalandemail(bad));
    EXPECT(198, smtp_component_do_sendtoterminalonly(bad));
    EXPECT(198, smtp_component_do_sendtoterminaloremail(bad));
    EXPECT(198, smtp_component_do_verify(bad, "x"));
    EXPECT(198, smtp_component_close(bad));
}

/* A method in the callback of a method is refused; properties, callbacks and settings are not. */
static void meddle(
    smtp_component_handle handle, int event, const smtp_component_argument *arguments, int count, void *context)
{
    (void)arguments;
    (void)context;
    fired++;
    EXPECT(0, event == SMTP_COMPONENT_EVENT_PI_TRAIL && count == 2 ? 0 : 1);
    EXPECT(166, smtp_component_do_send(handle));
    EXPECT(166, smtp_component_set(handle, SMTP_COMPONENT_PROPERTY_CONNECTED, 0, "True"));
    EXPECT(0, smtp_component_do_doevents(handle));
    EXPECT(0, smtp_component_set(handle, SMTP_COMPONENT_PROPERTY_SUBJECT, 0, "changed"));
    EXPECT(0, strcmp("False", smtp_component_get(handle, SMTP_COMPONENT_PROPERTY_IDLE, 0)));
    EXPECT(0, smtp_component_register_callback(handle, SMTP_COMPONENT_EVENT_PI_TRAIL, NULL, NULL));
}

static void close_it(
    smtp_component_handle handle, int event, const smtp_component_argument *arguments, int count, void *context)
{
    (void)event;
    (void)arguments;
    (void)count;
    (void)context;
    fired++;
    EXPECT(0, smtp_component_close(handle));
}

static void set_message(const char *port)
{
    EXPECT(0, smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_MAIL_SERVER, 0, "localhost"));
    EXPECT(0, smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_MAIL_PORT, 0, port));
    EXPECT(0, smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_FROM, 0, "app@app.example"));
    EXPECT(0, smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_SEND_TO, 0, "alice@example.net"));
}

int main(int count, char **arguments)
{
    const int ids[] = {-1, 45, 2011, 10020, 2147483647, -2147483647 - 1};
    const char bytes[] = {'a', 0, (char)0xff};
    size_t length = 0, i;

    if (count != 3) return 2;
    check_handle(0);
    check_handle(-1);
    check_handle(INT64_MAX);
    smtp = smtp_component_open();
    check_handle(smtp + 1);

    for (i = 0; i < sizeof ids / sizeof *ids; i++) {
        EXPECT(197, smtp_component_set(smtp, ids[i], 0, "1"));
        FAILS(197, smtp_component_get(smtp, ids[i], 0));
        EXPECT(199, smtp_component_register_callback(smtp, ids[i] == -1 ? 0 : ids[i], close_it, NULL));
    }
    EXPECT(197, smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_VERSION, 0, "2"));
    EXPECT(193, smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_SUBJECT, 1, "x"));
    EXPECT(193, smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_MESSAGE_RECIPIENT_ADDRESS, 0, "x"));
    FAILS(193, smtp_component_get(smtp, SMTP_COMPONENT_PROPERTY_MESSAGE_HEADER_FIELD, 2147483647));
    FAILS(193, smtp_component_get(smtp, SMTP_COMPONENT_PROPERTY_MESSAGE_HEADER_FIELD, -1));
    EXPECT(192, smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_SUBJECT, 0, NULL));
    EXPECT(192, smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_SUBJECT, 0, "\xff\xfe"));
    EXPECT(192, smtp_component_set_bytes(smtp, SMTP_COMPONENT_PROPERTY_SUBJECT, 0, bytes, sizeof bytes));
    EXPECT(192, smtp_component_set_bytes(smtp, SMTP_COMPONENT_PROPERTY_MESSAGE, 0, NULL, 1));
    EXPECT(192, smtp_component_set_bytes(smtp, SMTP_COMPONENT_PROPERTY_MESSAGE, 0, bytes, SIZE_MAX));
    EXPECT(192, smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_TIMEOUT, 0, "soon"));
    EXPECT(192, smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_TIMEOUT, 0, "99999999999999999999"));
    EXPECT(192, smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_CONNECTED, 0, "maybe"));
    EXPECT(116, smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_MAIL_PORT, 0, "0"));
    EXPECT(196, smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_SEND_TO, 0, "<"));
    EXPECT(1117, smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_COMMAND, 0, "NOOP"));
    FAILS(191, smtp_component_do_config(smtp, "Colour=red"));
    FAILS(192, smtp_component_do_config(smtp, "KeepQueue=maybe"));
    FAILS(192, smtp_component_do_config(smtp, NULL));
    EXPECT(192, smtp_component_do_verify(smtp, NULL));
    EXPECT(192, smtp_component_do_expand(smtp, "\xc3"));
    EXPECT(192, smtp_component_do_processqueue(smtp, NULL));
    FAILS(192, smtp_component_do_queue(smtp, NULL));
    EXPECT(163, smtp_component_do_send(smtp));
    EXPECT(163, smtp_component_do_connect(smtp));
    EXPECT(0, smtp_component_do_disconnect(smtp));
    EXPECT(0, smtp_component_do_interrupt(smtp));

    EXPECT(0, smtp_component_set_bytes(smtp, SMTP_COMPONENT_PROPERTY_MESSAGE, 0, bytes, sizeof bytes));
    EXPECT(0, memcmp(bytes, smtp_component_get_bytes(smtp, SMTP_COMPONENT_PROPERTY_MESSAGE, 0, &length), sizeof bytes));
    EXPECT(3, (int)length);
    EXPECT(1, (int)strlen(smtp_component_get(smtp, SMTP_COMPONENT_PROPERTY_MESSAGE, 0)));
    EXPECT(0, smtp_component_set_bytes(smtp, SMTP_COMPONENT_PROPERTY_MESSAGE, 0, NULL, 0));
    EXPECT(0, smtp_component_get_bytes(smtp, SMTP_COMPONENT_PROPERTY_MESSAGE, 0, NULL) == NULL);

    set_message("1");
    EXPECT(10061, smtp_component_do_send(smtp));
    EXPECT(10061, smtp_component_get_last_error_code(smtp));
    EXPECT(10061, smtp_component_get_last_error_code(smtp));
    EXPECT(0, strstr(smtp_component_get_last_error(smtp), "Connection refused") == NULL);
    FAILS(194, smtp_component_do_queue(smtp, arguments[2]));
    EXPECT(194, smtp_component_do_processqueue(smtp, arguments[2]));

    EXPECT(0, smtp_component_register_callback(smtp, SMTP_COMPONENT_EVENT_PI_TRAIL, meddle, NULL));
    EXPECT(0, smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_MAIL_PORT, 0, arguments[1]));
    EXPECT(0, smtp_component_do_send(smtp));
    EXPECT(1, fired);
    EXPECT(0, smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_CONNECTED, 0, "True"));
    EXPECT(100, smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_MAIL_PORT, 0, "25"));
    EXPECT(104, smtp_component_do_connect(smtp));
    /* Hangs up by itself. */
    EXPECT(0, smtp_component_close(smtp));
    check_handle(smtp);

    smtp = smtp_component_open();
    set_message(arguments[1]);
    EXPECT(0, smtp_component_register_callback(smtp, SMTP_COMPONENT_EVENT_CONNECTION_STATUS, close_it, NULL));
    EXPECT(301, smtp_component_do_send(smtp));
    EXPECT(2, fired);
    check_handle(smtp);
    return 0;
}
