// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

// All that the interface can do, in C: see test_procedural.py for what each program of this folder prints.

#define _POSIX_C_SOURCE 200809L

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "smtp_component.h"

#define BOUNDARY "----parts----"

static smtp_component_handle smtp;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int mail_commands = 0;

static void print_event(
    smtp_component_handle handle, int event, const smtp_component_argument *arguments, int count, void *context)
{
    int i;
    if (handle != smtp || strcmp(context, "mine") != 0) abort();
    printf("event %d", event);
    for (i = 0; i < count; i++) {
        if (arguments[i].text != NULL) printf(" %s=%s", arguments[i].name, arguments[i].text);
        else printf(" %s=%lld", arguments[i].name, (long long)arguments[i].number);
    }
    printf("\n");
    if (event == SMTP_COMPONENT_EVENT_PI_TRAIL && strncmp(arguments[1].text, "MAIL FROM", 9) == 0) {
        pthread_mutex_lock(&lock);
        mail_commands++;
        pthread_cond_signal(&changed);
        pthread_mutex_unlock(&lock);
    }
}

static void result(const char *name, int code)
{
    printf("%s %d\n", name, code);
    if (code != smtp_component_get_last_error_code(smtp)) abort();
}

static void set(int id, const char *value)
{
    int code = smtp_component_set(smtp, id, 0, value);
    if (code != 0) result("set", code);
}

static void config(const char *configuration)
{
    smtp_component_do_config(smtp, configuration);
    if (smtp_component_get_last_error_code(smtp) != 0) result("config", -1);
}

/* A setting that is a name and a value. */
static void configure(const char *name, const char *value)
{
    char text[4096];
    snprintf(text, sizeof text, "%s=%s", name, value);
    config(text);
}

static void *interrupt_at_mail(void *ignored)
{
    pthread_mutex_lock(&lock);
    while (mail_commands == 0) pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    smtp_component_do_interrupt(smtp);
    return ignored;
}

int main(int count, char **arguments)
{
    char *secure_port, *authorities, *queue, *scripted_port, *hanging_port;
    pthread_t other;
    int event;

    if (count != 6 || smtp_component_abi_version() != SMTP_COMPONENT_ABI_VERSION) return 2;
    secure_port = arguments[1], authorities = arguments[2], queue = arguments[3];
    scripted_port = arguments[4], hanging_port = arguments[5];

    smtp = smtp_component_open();
    for (event = SMTP_COMPONENT_EVENT_CONNECTION_STATUS; event <= SMTP_COMPONENT_EVENT_TRANSFER; event++)
        result("register", smtp_component_register_callback(smtp, event, print_event, "mine"));

    set(SMTP_COMPONENT_PROPERTY_MAIL_SERVER, "localhost");
    set(SMTP_COMPONENT_PROPERTY_MAIL_PORT, secure_port);
    set(SMTP_COMPONENT_PROPERTY_USER, "app");
    set(SMTP_COMPONENT_PROPERTY_PASSWORD, "sesame");
    config("TLS=starttls");
    configure("TLSCAFile", authorities);
    config("Charset=UTF-8");
    set(SMTP_COMPONENT_PROPERTY_FROM, "App <app@app.example>");
    set(SMTP_COMPONENT_PROPERTY_SEND_TO, "Älice <alice@example.net>");
    set(SMTP_COMPONENT_PROPERTY_MESSAGE_RECIPIENT_COUNT, "2");
    smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_MESSAGE_RECIPIENT_ADDRESS, 1, "bob@example.net");
    smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_MESSAGE_RECIPIENT_TYPE, 1, "1");
    set(SMTP_COMPONENT_PROPERTY_SUBJECT, "Grüße");
    set(SMTP_COMPONENT_PROPERTY_OTHER_HEADERS,
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"" BOUNDARY "\"\r\n");
    set(SMTP_COMPONENT_PROPERTY_MESSAGE_TEXT,
        "--" BOUNDARY "\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nSchöne Grüße\r\n"
        "--" BOUNDARY "\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
        "Content-Disposition: attachment; filename=\"data.bin\"\r\n\r\nAAEC/w==\r\n--" BOUNDARY "--\r\n");

    result("connect", smtp_component_do_connect(smtp));
    result("send", smtp_component_do_send(smtp));
    result("verify", smtp_component_do_verify(smtp, "alice@example.net"));
    printf("LastReply %.3s\n", smtp_component_get(smtp, SMTP_COMPONENT_PROPERTY_LAST_REPLY, 0));
    result("Command", smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_COMMAND, 0, "NOOP"));
    printf("Connected %s\n", smtp_component_get(smtp, SMTP_COMPONENT_PROPERTY_CONNECTED, 0));
    result("disconnect", smtp_component_do_disconnect(smtp));

    printf("queue %s\n", smtp_component_do_queue(smtp, queue));
    result("processqueue", smtp_component_do_processqueue(smtp, queue));
    config("KeepQueue=True");
    printf("queue %s\n", smtp_component_do_queue(smtp, queue));
    result("processqueue", smtp_component_do_processqueue(smtp, queue));

    config("TLS=none");
    set(SMTP_COMPONENT_PROPERTY_USER, "");
    set(SMTP_COMPONENT_PROPERTY_MAIL_PORT, scripted_port);
    result("expand", smtp_component_do_expand(smtp, "staff"));
    set(SMTP_COMPONENT_PROPERTY_BCC, "refused@example.net");
    result("send", smtp_component_do_send(smtp));
    result("sendtoterminalonly", smtp_component_do_sendtoterminalonly(smtp));
    printf("error %s\n", smtp_component_get_last_error(smtp));
    result("resetheaders", smtp_component_do_resetheaders(smtp));
    result("send", smtp_component_do_send(smtp));

    set(SMTP_COMPONENT_PROPERTY_FROM, "app@app.example");
    set(SMTP_COMPONENT_PROPERTY_SEND_TO, "alice@example.net");
    set(SMTP_COMPONENT_PROPERTY_MAIL_PORT, hanging_port);
    mail_commands = 0;
    pthread_create(&other, NULL, interrupt_at_mail, NULL);
    result("send", smtp_component_do_send(smtp));
    pthread_join(other, NULL);
    result("doevents", smtp_component_do_doevents(smtp));

    printf("close %d\n", smtp_component_close(smtp));
    return 0;
}
