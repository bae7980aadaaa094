// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

// A relay that takes everything and keeps nothing, fast enough not to be what is measured.
//
//   sink FIGURES       listens on a free loopback port
//
// FIGURES is a file of 64 bytes that others map: the port, the messages taken, the connections so far, and the times
// (CLOCK_MONOTONIC, nanoseconds) of the first MAIL command, the latest MAIL command and the latest message.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <netinet/tcp.h>
#include <time.h>
#include <unistd.h>

struct figures {
    _Atomic uint64_t port, messages, connections, first_mail, latest_mail, latest_message, unused[2];
};

struct connection {
    int socket;
    enum { COMMANDS, LINES, CHUNK } phase;
    int is_last;           // of the chunk that is being read
    uint64_t missing;      // bytes of that chunk
    int matched;           // bytes of CRLF . CRLF at the end of what was read
    size_t length, replies;
    char line[4096], reply[65536];
};

static struct figures *figures;

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * UINT64_C(1000000000) + time.tv_nsec;
}

static void answer(struct connection *it, const char *text) {
    size_t length = strlen(text);
    if (it->replies + length > sizeof it->reply) errx(70, "more replies than fit");
    memcpy(it->reply + it->replies, text, length);
    it->replies += length;
}

static void taken(struct connection *it) {
    figures->latest_message = now();
    figures->messages++;
    answer(it, "250 2.0.0 taken\r\n");
}

// Returns 0 when the connection is to be closed.
static int command(struct connection *it) {
    const char *line = it->line;
    if (!strncasecmp(line, "MAIL", 4)) {
        figures->latest_mail = now();
        if (!figures->first_mail) figures->first_mail = figures->latest_mail;
        answer(it, "250 2.1.0 ok\r\n");
    } else if (!strncasecmp(line, "DATA", 4)) {
        it->phase = LINES;
        it->matched = 2;
        answer(it, "354 go on\r\n");
    } else if (!strncasecmp(line, "BDAT", 4)) {
        char *end;
        it->missing = strtoull(line + 4, &end, 10);
        it->is_last = strcasestr(end, "LAST") != NULL;
        it->phase = CHUNK;
    } else if (!strncasecmp(line, "EHLO", 4)) {
        answer(it, "250-sink.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n");
        answer(it, "250-SIZE 1073741824\r\n250-ENHANCEDSTATUSCODES\r\n250 CHUNKING\r\n");
    } else if (!strncasecmp(line, "QUIT", 4)) {
        answer(it, "221 2.0.0 bye\r\n");
        return 0;
    } else {
        answer(it, "250 2.0.0 ok\r\n");
    }
    return 1;
}

static int take(struct connection *it, const char *bytes, size_t count) {
    static const char END[] = "\r\n.\r\n";
    const char *const end = bytes + count;
    for (;;) {
        if (it->phase == CHUNK) {
            size_t part = (uint64_t)(end - bytes) < it->missing ? (size_t)(end - bytes) : it->missing;
            bytes += part;
            it->missing -= part;
            if (it->missing > 0) return 1;
            it->phase = COMMANDS;
            if (it->is_last) taken(it);
            else answer(it, "250 2.0.0 ok\r\n");
        } else if (it->phase == LINES) {
            // Only CR begins anew: no other byte of the end stands at its beginning.
            for (; bytes < end && it->matched < 5; bytes++) {
                if (it->matched == 0) {
                    bytes = memchr(bytes, '\r', end - bytes);
                    if (!bytes) return 1;
                }
                it->matched = *bytes == END[it->matched] ? it->matched + 1 : *bytes == '\r';
            }
            if (it->matched < 5) return 1;
            it->phase = COMMANDS;
            taken(it);
        }
        if (bytes == end) return 1;
        const char *feed = memchr(bytes, '\n', end - bytes);
        size_t part = (feed ? feed + 1 : end) - bytes;
        if (it->length + part >= sizeof it->line) return 0;
        memcpy(it->line + it->length, bytes, part);
        it->length += part;
        bytes += part;
        if (!feed) return 1;
        it->line[it->length] = 0;
        it->length = 0;
        if (!command(it)) return 0;
    }
}

// Returns 0 when the connection has ended.
static int flush(struct connection *it) {
    for (size_t sent = 0; sent < it->replies;) {
        ssize_t count = write(it->socket, it->reply + sent, it->replies - sent);
        if (count >= 0) {
            sent += count;
        } else if (errno == EAGAIN) {
            poll(&(struct pollfd){ .fd = it->socket, .events = POLLOUT }, 1, 1000);
        } else if (errno != EINTR) {
            return 0;
        }
    }
    it->replies = 0;
    return 1;
}

static void serve(struct connection *it) {
    static char bytes[1 << 18];
    ssize_t count = read(it->socket, bytes, sizeof bytes);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    int stays = count > 0 && take(it, bytes, count);
    if (flush(it) && stays) return;
    close(it->socket);
    free(it);
}

int main(int words, char **arguments) {
    if (words != 2) errx(64, "usage: sink FIGURES");
    int file = open(arguments[1], O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0 || ftruncate(file, sizeof *figures) != 0) err(73, "%s", arguments[1]);
    figures = mmap(NULL, sizeof *figures, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (figures == MAP_FAILED) err(71, "mmap");
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), queue = epoll_create1(0);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, size) != 0 || listen(listener, 1024) != 0) err(71, "listen");
    getsockname(listener, (struct sockaddr *)&address, &size);
    figures->port = ntohs(address.sin_port);
    epoll_ctl(queue, EPOLL_CTL_ADD, listener, &(struct epoll_event){ .events = EPOLLIN });
    for (;;) {
        struct epoll_event events[64];
        int ready = epoll_wait(queue, events, 64, -1);
        for (int each = 0; each < ready; each++) {
            if (events[each].data.ptr) {
                serve(events[each].data.ptr);
                continue;
            }
            int socket = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
            if (socket < 0) continue;
            struct connection *it = malloc(sizeof *it);
            it->socket = socket;
            it->phase = COMMANDS;
            it->length = it->replies = 0;
            setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
            figures->connections++;
            answer(it, "220 sink.test ESMTP\r\n");
            epoll_ctl(queue, EPOLL_CTL_ADD, socket, &(struct epoll_event){ .events = EPOLLIN, .data.ptr = it });
            if (!flush(it)) {
                close(socket);
                free(it);
            }
        }
    }
}
