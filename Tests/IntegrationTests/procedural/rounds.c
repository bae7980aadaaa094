// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

// Opens a component, sends and closes it, as often as the second argument says; the first one is the port of a server.
// Prints how much more memory is in use at the end than after one half.

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "smtp_component.h"

static void count_event(
    smtp_component_handle handle, int event, const smtp_component_argument *arguments, int count, void *context)
{
    (void)handle;
    (void)event;
    if (count < 1 || arguments[0].name == NULL) abort();
    ++*(int *)context;
}

int main(int count, char **arguments)
{
    int round, rounds, event, fired = 0;
    size_t half = 0;
    if (count != 3) return 2;
    rounds = atoi(arguments[2]);
    for (round = 0; round < rounds; round++) {
        smtp_component_handle smtp = smtp_component_open();
        for (event = 1; event <= 7; event++) smtp_component_register_callback(smtp, event, count_event, &fired);
        smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_MAIL_SERVER, 0, "127.0.0.1");
        smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_MAIL_PORT, 0, arguments[1]);
        smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_FROM, 0, "app@app.example");
        smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_SEND_TO, 0, "alice@example.net");
        smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_MESSAGE_TEXT, 0, "How are you?\r\n");
        /* Every other one leaves hanging up to close. */
        if (round % 2 == 0) smtp_component_do_connect(smtp);
        if (smtp_component_do_send(smtp) != 0) {
            fprintf(stderr, "round %d: %s\n", round, smtp_component_get_last_error(smtp));
            return 1;
        }
        if (strncmp(smtp_component_get(smtp, SMTP_COMPONENT_PROPERTY_LAST_REPLY, 0), "250", 3) != 0) return 1;
        if (smtp_component_close(smtp) != 0) return 1;
        if (round == rounds / 2) half = mallinfo2().uordblks;
    }
    printf("%d rounds, %d events, %ld bytes\n", round, fired, (long)mallinfo2().uordblks - (long)half);
    return fired > 10 * round ? 0 : 1;
}
