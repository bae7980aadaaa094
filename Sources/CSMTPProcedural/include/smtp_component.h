// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/*
 * The procedural interface of the class SMTP: compose, queue and send mail from C and from all that can call C.
 *
 *     smtp_component_handle smtp = smtp_component_open();
 *     smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_MAIL_SERVER, 0, "mail.example.com");
 *     smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_FROM, 0, "app@example.com");
 *     smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_SEND_TO, 0, "\"Alice\" <alice@example.net>");
 *     smtp_component_set(smtp, SMTP_COMPONENT_PROPERTY_MESSAGE_TEXT, 0, "It is on its way.\r\n");
 *     if (smtp_component_do_send(smtp) != 0)
 *         fprintf(stderr, "%s\n", smtp_component_get_last_error(smtp));
 *     smtp_component_close(smtp);
 *
 * What properties, methods, events and settings mean says the manual of the class.
 *
 * Values
 *     Every value goes as text in UTF-8: numbers in decimal, True and False (Yes and No, 1 and 0 are as good). Bytes that
 *     may have a NUL in them go by smtp_component_set_bytes and smtp_component_get_bytes.
 *
 * Results
 *     A function that returns an int returns 0, or the number of an error. After every other function ask
 *     smtp_component_get_last_error_code. A handle, a number, an index or a value that is none is an error, and so is NULL
 *     in place of a text; nothing of that ends the program.
 *
 * Memory
 *     What is passed in stays the caller's and is copied before the function returns. A text that is returned is never NULL;
 *     it belongs to the library, must not be changed or freed, and stays as it is until the same thread calls again a
 *     function of this interface that returns a text or bytes, whatever the handle.
 *
 * Threads
 *     Every function may be called from every thread. A method blocks the thread that calls it, and calls the callbacks on
 *     that thread, between its beginning and its end. While it runs, another method of the same handle fails with 166;
 *     smtp_component_do_interrupt stops it, from any thread and from a callback. Different handles do not wait for each
 *     other. After fork() the library is of use to the parent alone.
 */

#ifndef SMTP_COMPONENT_H
#define SMTP_COMPONENT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this interface; the number in the name of the shared library. */
#define SMTP_COMPONENT_ABI_VERSION 1

/* Properties, for smtp_component_get and smtp_component_set. VERSION can only be read. */
enum {
    SMTP_COMPONENT_PROPERTY_VERSION = 0,
    SMTP_COMPONENT_PROPERTY_ALLOW_EXTENSIONS = 1,
    SMTP_COMPONENT_PROPERTY_AUTH_MECHANISM = 2,
    SMTP_COMPONENT_PROPERTY_BCC = 3,
    SMTP_COMPONENT_PROPERTY_CC = 4,
    SMTP_COMPONENT_PROPERTY_COMMAND = 5,
    SMTP_COMPONENT_PROPERTY_CONNECTED = 6,
    SMTP_COMPONENT_PROPERTY_DELIVERY_NOTIFICATION_TO = 7,
    SMTP_COMPONENT_PROPERTY_FIREWALL_AUTO_DETECT = 8,
    SMTP_COMPONENT_PROPERTY_FIREWALL_TYPE = 9,
    SMTP_COMPONENT_PROPERTY_FIREWALL_HOST = 10,
    SMTP_COMPONENT_PROPERTY_FIREWALL_PASSWORD = 11,
    SMTP_COMPONENT_PROPERTY_FIREWALL_PORT = 12,
    SMTP_COMPONENT_PROPERTY_FIREWALL_USER = 13,
    SMTP_COMPONENT_PROPERTY_FROM = 14,
    SMTP_COMPONENT_PROPERTY_IDLE = 15,
    SMTP_COMPONENT_PROPERTY_IMPORTANCE = 16,
    SMTP_COMPONENT_PROPERTY_LAST_REPLY = 17,
    SMTP_COMPONENT_PROPERTY_LOCAL_HOST = 18,
    SMTP_COMPONENT_PROPERTY_MAIL_PORT = 19,
    SMTP_COMPONENT_PROPERTY_MAIL_SERVER = 20,
    SMTP_COMPONENT_PROPERTY_MESSAGE = 21,
    SMTP_COMPONENT_PROPERTY_MESSAGE_DATE = 22,
    SMTP_COMPONENT_PROPERTY_MESSAGE_HEADER_COUNT = 23,
    SMTP_COMPONENT_PROPERTY_MESSAGE_HEADER_FIELD = 24,
    SMTP_COMPONENT_PROPERTY_MESSAGE_HEADER_VALUE = 25,
    SMTP_COMPONENT_PROPERTY_MESSAGE_HEADERS_STRING = 26,
    SMTP_COMPONENT_PROPERTY_MESSAGE_ID = 27,
    SMTP_COMPONENT_PROPERTY_MESSAGE_RECIPIENT_COUNT = 28,
    SMTP_COMPONENT_PROPERTY_MESSAGE_RECIPIENT_ADDRESS = 29,
    SMTP_COMPONENT_PROPERTY_MESSAGE_RECIPIENT_NAME = 30,
    SMTP_COMPONENT_PROPERTY_MESSAGE_RECIPIENT_OPTIONS = 31,
    SMTP_COMPONENT_PROPERTY_MESSAGE_RECIPIENT_TYPE = 32,
    SMTP_COMPONENT_PROPERTY_MESSAGE_TEXT = 33,
    SMTP_COMPONENT_PROPERTY_OTHER_HEADERS = 34,
    SMTP_COMPONENT_PROPERTY_PASSWORD = 35,
    SMTP_COMPONENT_PROPERTY_PRIORITY = 36,
    SMTP_COMPONENT_PROPERTY_READ_RECEIPT_TO = 37,
    SMTP_COMPONENT_PROPERTY_REPLY_TO = 38,
    SMTP_COMPONENT_PROPERTY_RETURN_PATH = 39,
    SMTP_COMPONENT_PROPERTY_SEND_TO = 40,
    SMTP_COMPONENT_PROPERTY_SENSITIVITY = 41,
    SMTP_COMPONENT_PROPERTY_SUBJECT = 42,
    SMTP_COMPONENT_PROPERTY_TIMEOUT = 43,
    SMTP_COMPONENT_PROPERTY_USER = 44
};

/* Events, for smtp_component_register_callback. */
enum {
    SMTP_COMPONENT_EVENT_CONNECTION_STATUS = 1,
    SMTP_COMPONENT_EVENT_END_TRANSFER = 2,
    SMTP_COMPONENT_EVENT_ERROR = 3,
    SMTP_COMPONENT_EVENT_EXPAND = 4,
    SMTP_COMPONENT_EVENT_PI_TRAIL = 5,
    SMTP_COMPONENT_EVENT_START_TRANSFER = 6,
    SMTP_COMPONENT_EVENT_TRANSFER = 7
};

/* Values of AuthMechanism. */
enum {
    SMTP_COMPONENT_AUTH_USER_PASSWORD = 0,
    SMTP_COMPONENT_AUTH_CRAM_MD5 = 1,
    SMTP_COMPONENT_AUTH_NTLM = 2,
    SMTP_COMPONENT_AUTH_APOP = 3,
    SMTP_COMPONENT_AUTH_SASL_PLAIN = 4,
    SMTP_COMPONENT_AUTH_SASL_DIGEST_MD5 = 5,
    SMTP_COMPONENT_AUTH_KERBEROS = 6,
    SMTP_COMPONENT_AUTH_XOAUTH2 = 7
};

/* Values of FirewallType. */
enum {
    SMTP_COMPONENT_FIREWALL_NONE = 0,
    SMTP_COMPONENT_FIREWALL_TUNNEL = 1,
    SMTP_COMPONENT_FIREWALL_SOCKS4 = 2,
    SMTP_COMPONENT_FIREWALL_SOCKS5 = 3
};

/* Values of Importance. */
enum {
    SMTP_COMPONENT_IMPORTANCE_UNSPECIFIED = 0,
    SMTP_COMPONENT_IMPORTANCE_HIGH = 1,
    SMTP_COMPONENT_IMPORTANCE_NORMAL = 2,
    SMTP_COMPONENT_IMPORTANCE_LOW = 3
};

/* Values of Priority. */
enum {
    SMTP_COMPONENT_PRIORITY_UNSPECIFIED = 0,
    SMTP_COMPONENT_PRIORITY_NORMAL = 1,
    SMTP_COMPONENT_PRIORITY_URGENT = 2,
    SMTP_COMPONENT_PRIORITY_NON_URGENT = 3
};

/* Values of Sensitivity. */
enum {
    SMTP_COMPONENT_SENSITIVITY_UNSPECIFIED = 0,
    SMTP_COMPONENT_SENSITIVITY_PERSONAL = 1,
    SMTP_COMPONENT_SENSITIVITY_PRIVATE = 2,
    SMTP_COMPONENT_SENSITIVITY_COMPANY_CONFIDENTIAL = 3
};

/* Values of MessageRecipientType. */
enum {
    SMTP_COMPONENT_RECIPIENT_TO = 0,
    SMTP_COMPONENT_RECIPIENT_CC = 1,
    SMTP_COMPONENT_RECIPIENT_BCC = 2
};

/* Values of the argument Direction of events. */
enum {
    SMTP_COMPONENT_DIRECTION_CLIENT = 0,
    SMTP_COMPONENT_DIRECTION_SERVER = 1,
    SMTP_COMPONENT_DIRECTION_INFO = 2
};

/* Errors of the class. Those of the network have the numbers 10004 to 11004; 0 is none. */
enum {
    SMTP_COMPONENT_ERROR_CANNOT_CHANGE_PORT = 100,
    SMTP_COMPONENT_ERROR_CANNOT_CHANGE_SERVER = 101,
    SMTP_COMPONENT_ERROR_INVALID_REMOTE_ADDRESS = 102,
    SMTP_COMPONENT_ERROR_ALREADY_CONNECTED = 104,
    SMTP_COMPONENT_ERROR_CANNOT_CHANGE_LOCAL_PORT = 106,
    SMTP_COMPONENT_ERROR_CANNOT_CHANGE_LOCAL_HOST = 107,
    SMTP_COMPONENT_ERROR_MUST_BE_ACTIVE = 109,
    SMTP_COMPONENT_ERROR_CANNOT_CHANGE_MAX_LINE_LENGTH = 112,
    SMTP_COMPONENT_ERROR_PORT_IS_ZERO = 116,
    SMTP_COMPONENT_ERROR_CANNOT_CHANGE_USE_CONNECTION = 117,
    SMTP_COMPONENT_ERROR_FIREWALL = 118,
    SMTP_COMPONENT_ERROR_WOULD_BLOCK = 135,
    SMTP_COMPONENT_ERROR_BUSY_GENERIC = 143,
    SMTP_COMPONENT_ERROR_RELAY_REFUSED = 161,
    SMTP_COMPONENT_ERROR_COMMUNICATION = 162,
    SMTP_COMPONENT_ERROR_NO_MAIL_SERVER = 163,
    SMTP_COMPONENT_ERROR_NO_SENDER = 164,
    SMTP_COMPONENT_ERROR_NO_RECIPIENT = 165,
    SMTP_COMPONENT_ERROR_BUSY = 166,
    SMTP_COMPONENT_ERROR_UNKNOWN_SETTING = 191,
    SMTP_COMPONENT_ERROR_INVALID_VALUE = 192,
    SMTP_COMPONENT_ERROR_NO_SUCH_INDEX = 193,
    SMTP_COMPONENT_ERROR_QUEUE_DIRECTORY = 194,
    SMTP_COMPONENT_ERROR_QUEUE_FILE = 195,
    SMTP_COMPONENT_ERROR_INVALID_ADDRESS = 196,
    SMTP_COMPONENT_ERROR_NO_SUCH_PROPERTY = 197,
    SMTP_COMPONENT_ERROR_NO_SUCH_HANDLE = 198,
    SMTP_COMPONENT_ERROR_NO_SUCH_EVENT = 199,
    SMTP_COMPONENT_ERROR_TIMED_OUT = 201,
    SMTP_COMPONENT_ERROR_IMPOSSIBLE_NOW = 211,
    SMTP_COMPONENT_ERROR_NOT_WHILE_CONNECTED = 212,
    SMTP_COMPONENT_ERROR_NOT_WHILE_LISTENING = 213,
    SMTP_COMPONENT_ERROR_TLS_LIBRARY = 270,
    SMTP_COMPONENT_ERROR_TLS_STORE = 271,
    SMTP_COMPONENT_ERROR_TLS_CERTIFICATE = 272,
    SMTP_COMPONENT_ERROR_TLS_CREDENTIALS = 273,
    SMTP_COMPONENT_ERROR_TLS_CHAIN = 274,
    SMTP_COMPONENT_ERROR_TLS_CHAIN_POLICY = 275,
    SMTP_COMPONENT_ERROR_TLS_HANDSHAKE = 276,
    SMTP_COMPONENT_ERROR_TLS_VERIFICATION = 280,
    SMTP_COMPONENT_ERROR_TLS_CERTIFICATE_NOT_FOUND = 281,
    SMTP_COMPONENT_ERROR_TLS_PRIVATE_KEY_NOT_FOUND = 282,
    SMTP_COMPONENT_ERROR_TLS_ENCRYPT = 283,
    SMTP_COMPONENT_ERROR_TLS_DECRYPT = 284,
    SMTP_COMPONENT_ERROR_INTERRUPTED = 301,
    SMTP_COMPONENT_ERROR_CANNOT_OPEN_FILE = 302,
    SMTP_COMPONENT_ERROR_CANNOT_OPEN_ATTACHED_FILE = 303,
    SMTP_COMPONENT_ERROR_NOT_CONVERTIBLE = 434,
    SMTP_COMPONENT_ERROR_ALREADY_CONNECTING = 1105,
    SMTP_COMPONENT_ERROR_CONNECT_FIRST = 1117,
    SMTP_COMPONENT_ERROR_CANNOT_CHANGE_LOCAL_HOST_NOW = 1119,
    SMTP_COMPONENT_ERROR_DROPPED_BY_RELAY = 1120
};

/* One component: greater than 0, never given twice. */
typedef int64_t smtp_component_handle;

/* One argument of an event; it and its texts stand until the callback returns. */
typedef struct smtp_component_argument {
    /* The name, such as "ErrorCode". */
    const char *name;
    /* The value of a text; NULL for a number. */
    const char *text;
    /* The value of a number; 0 for a text. */
    int64_t number;
} smtp_component_argument;

/*
 * Called when an event happens.
 *
 *     event               arguments, in this order
 *     ConnectionStatus    ConnectionEvent (text), StatusCode (number), Description (text)
 *     EndTransfer         Direction (number)
 *     Error               ErrorCode (number), Description (text)
 *     Expand              Address (text)
 *     PITrail             Direction (number), Message (text)
 *     StartTransfer       Direction (number)
 *     Transfer            Direction (number), BytesTransferred (number), PercentDone (number)
 *
 * It may read and set properties, register callbacks, interrupt the method that it belongs to and close the handle; another
 * method fails with 166. It must return: no longjmp, no exception.
 */
typedef void (*smtp_component_callback)(
    smtp_component_handle handle, int event, const smtp_component_argument *arguments, int count, void *context);

/* The version of the library: equal to SMTP_COMPONENT_ABI_VERSION of the header that fits it. */
int smtp_component_abi_version(void);

/* Makes a component, every property at its initial value. smtp_component_close ends it. */
smtp_component_handle smtp_component_open(void);

/*
 * Ends a component: says goodbye to a server that it is connected to, interrupts a method that runs in another thread.
 * No callback is called from now on, and the handle is no handle any more.
 */
int smtp_component_close(smtp_component_handle handle);

/* Has a function called for an event, with a pointer that is the caller's own affair; NULL takes it away again. */
int smtp_component_register_callback(
    smtp_component_handle handle, int event, smtp_component_callback callback, void *context);

/* What went wrong in the last call with this handle, on one line, without passwords; "" when nothing did. */
const char *smtp_component_get_last_error(smtp_component_handle handle);

/* The number of that error; 0 when nothing went wrong. Asking does not change it. */
int smtp_component_get_last_error_code(smtp_component_handle handle);

/* Sets a property; index counts from 0 where there are several values, and is 0 elsewhere. Command and Connected block. */
int smtp_component_set(smtp_component_handle handle, int id, int index, const char *value);

/* The same for bytes; value may be NULL when length is 0. Only Message takes bytes that are no text. */
int smtp_component_set_bytes(smtp_component_handle handle, int id, int index, const void *value, size_t length);

/* The value of a property as text. Ends at a NUL in it. */
const char *smtp_component_get(smtp_component_handle handle, int id, int index);

/* The value of a property as bytes, with a NUL behind them that does not count; length may be NULL. */
const void *smtp_component_get_bytes(smtp_component_handle handle, int id, int index, size_t *length);

/* Sets (NAME=VALUE) or reads (NAME) a setting; returns its value. */
const char *smtp_component_do_config(smtp_component_handle handle, const char *configuration);

/* Connects to MailServer, for several messages over one connection. */
int smtp_component_do_connect(smtp_component_handle handle);

/* Says goodbye and closes the connection; nothing when there is none. */
int smtp_component_do_disconnect(smtp_component_handle handle);

/* Calls the callbacks of what has happened; within a method, which does that by itself, nothing. */
int smtp_component_do_doevents(smtp_component_handle handle);

/* Asks the server who is on a list (EXPN): one event Expand for each address. */
int smtp_component_do_expand(smtp_component_handle handle, const char *address);

/* Stops the method that runs, which then fails with 301; nothing when none runs. Leaves the last error as it is. */
int smtp_component_do_interrupt(smtp_component_handle handle);

/* Sends what waits in a queue directory. */
int smtp_component_do_processqueue(smtp_component_handle handle, const char *directory);

/* Puts the message into a queue directory; returns the name of the file. It survives a power cut then. */
const char *smtp_component_do_queue(smtp_component_handle handle, const char *directory);

/* Sets back all that belongs to the headers of a message. */
int smtp_component_do_resetheaders(smtp_component_handle handle);

/* Sends the message. Connects when necessary, and hangs up then. */
int smtp_component_do_send(smtp_component_handle handle);

/* Sends the message to the terminals of the recipients and to their mailboxes (SAML). */
int smtp_component_do_sendtoterminalandemail(smtp_component_handle handle);

/* Sends the message to the terminals of the recipients (SEND). */
int smtp_component_do_sendtoterminalonly(smtp_component_handle handle);

/* Sends the message to the terminals of the recipients or to their mailboxes (SOML). */
int smtp_component_do_sendtoterminaloremail(smtp_component_handle handle);

/* Asks the server for a mailbox (VRFY); the answer is LastReply. */
int smtp_component_do_verify(smtp_component_handle handle, const char *address);

#ifdef __cplusplus
}
#endif

#endif
