// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

// Eight components in eight threads, and one in all of them; the argument is the port of a server.

#define _POSIX_C_SOURCE 200809L

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "smtp_component.h"

enum { THREADS = 8, MESSAGES = 25 };

typedef struct {
    const char *port;
    int number;
    pthread_t thread;
    int mail_commands, sent, busy;
} worker;

static smtp_component_handle shared;

static void notice(
    smtp_component_handle handle, int event, const smtp_component_argument *arguments, int count, void *context)
{
    worker *self = context;
    (void)handle;
    (void)event;
    (void)count;
    /* On the thread that called the method, and nowhere else. */
    if (!pthread_equal(self->thread, pthread_self())) abort();
    if (strncmp(arguments[1].text, "MAIL FROM", 9) == 0) self->mail_commands++;
}

static void prepare(smtp_component_handle smtp, const char *port)
{
    smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_MAIL_SERVER, 0, "127.0.0.1");
    smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_MAIL_PORT, 0, port);
    smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_FROM, 0, "app@app.example");
    smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_SEND_TO, 0, "alice@example.net");
}

static void *work(void *argument)
{
    worker *self = argument;
    char subject[40];
    int i, code;
    smtp_component_handle smtp = smtp_component_open();
    self->thread = pthread_self();
    prepare(smtp, self->port);
    smtp_component_register_callback(smtp, SMTP_COMPONENT_EVENT_PI_TRAIL, notice, self);
    if (smtp_component_do_connect(smtp) != 0) abort();
    for (i = 0; i < MESSAGES; i++) {
        snprintf(subject, sizeof subject, "thread %d message %d", self->number, i);
        smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_SUBJECT, 0, subject);
        if (smtp_component_do_send(smtp) != 0) abort();
        if (strcmp(subject, smtp_component_get(smtp, SMTP_COMPONENT_PROPERTY_SUBJECT, 0)) != 0) abort();
        code = smtp_component_do_send(shared);
        self->sent += code == 0;
        self->busy += code == 166;
        if (code != 0 && code != 166) abort();
    }
    if (self->mail_commands != MESSAGES) abort();
    smtp_component_close(smtp);
    return NULL;
}

int main(int count, char **arguments)
{
    pthread_t threads[THREADS];
    worker workers[THREADS];
    int i, sent = THREADS * MESSAGES, tried = 0;
    if (count != 2) return 2;
    shared = smtp_component_open();
    prepare(shared, arguments[1]);
    for (i = 0; i < THREADS; i++) {
        workers[i] = (worker){.port = arguments[1], .number = i};
        pthread_create(&threads[i], NULL, work, &workers[i]);
    }
    for (i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        sent += workers[i].sent;
        tried += workers[i].sent + workers[i].busy;
    }
    smtp_component_close(shared);
    printf("%d\n", sent);
    return tried == THREADS * MESSAGES ? 0 : 1;
}
