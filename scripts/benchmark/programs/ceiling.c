// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

// What the machine can do: reads queue files, sends them and removes them, without any bookkeeping.
//
//   ceiling PORT FOLDER CONNECTIONS
//
// A process for each connection takes its share of the files. Where the relay offers CHUNKING a transaction is one
// write, and some are in flight; without, the next MAIL rides behind the final dot. Any answer but a good one ends it.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { IN_FLIGHT = 8, LARGEST = 1 << 20 };

static int folder, relay;
static char replies[65536];
static size_t first, behind;

static void send_all(const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t sent = write(relay, bytes, count);
        if (sent < 0) err(74, "write");
        bytes += sent;
        count -= sent;
    }
}

// Reads one line of a reply, up to `first`.
static const char *reply_line(char expected) {
    for (;;) {
        char *feed = memchr(replies + first, '\n', behind - first);
        if (feed) {
            char *line = replies + first;
            first = feed + 1 - replies;
            if (*line != expected) errx(1, "%.*s", (int)(feed - line), line);
            return line;
        }
        memmove(replies, replies + first, behind - first);
        behind -= first;
        first = 0;
        ssize_t count = read(relay, replies + behind, sizeof replies - behind);
        if (count <= 0) errx(74, "the relay has gone");
        behind += count;
    }
}

static void await(int count, char expected) {
    while (count-- > 0) while (reply_line(expected)[3] == '-') {}
}

static void greet(unsigned port, int *chunking) {
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    relay = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(relay, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
    if (connect(relay, (struct sockaddr *)&address, sizeof address) != 0) err(69, "connect");
    await(1, '2');
    send_all("EHLO ceiling.test\r\n", 19);
    const char *line;
    do {
        line = reply_line('2');
        *chunking |= memmem(line, replies + first - line, "CHUNKING", 8) != NULL;
    } while (line[3] == '-');
}

// A message on the wire: its commands, and its content with CRLF, for DATA with doubled dots and the end.
struct wire {
    size_t commands, content;
    char bytes[2 * LARGEST];
};

static void load(const char *name, int chunking, struct wire *wire) {
    static char file[LARGEST], content[2 * LARGEST];
    int descriptor = openat(folder, name, O_RDONLY | O_CLOEXEC);
    ssize_t size = descriptor < 0 ? -1 : read(descriptor, file, sizeof file);
    if (size < 0 || size == sizeof file) err(66, "%s", name);
    close(descriptor);
    const char *at = file, *const end = file + size, *from = "<>", *to = "<>";
    int from_length = 2, to_length = 2;
    while (at < end && *at != '\n') {
        const char *feed = memchr(at, '\n', end - at);
        if (!feed) errx(65, "%s", name);
        if (!strncmp(at, "Queue-From: ", 12)) from = at + 12, from_length = feed - from;
        if (!strncmp(at, "Queue-To: ", 10)) to = at + 10, to_length = feed - to;
        at = feed + 1;
    }
    size_t length = 0;
    for (at++; at < end;) {
        const char *feed = memchr(at, '\n', end - at);
        size_t part = (feed ? feed : end) - at;
        if (*at == '.' && !chunking) content[length++] = '.';
        memcpy(content + length, at, part);
        length += part;
        content[length++] = '\r';
        content[length++] = '\n';
        at += part + 1;
    }
    if (!chunking) {
        memcpy(content + length, ".\r\n", 3);
        length += 3;
    }
    wire->commands = sprintf(wire->bytes, "MAIL FROM:%.*s\r\nRCPT TO:%.*s\r\n", from_length, from, to_length, to);
    wire->commands += chunking ? sprintf(wire->bytes + wire->commands, "BDAT %zu LAST\r\n", length)
                               : sprintf(wire->bytes + wire->commands, "DATA\r\n");
    wire->content = length;
    memcpy(wire->bytes + wire->commands, content, length);
}

static void send_chunks(char **names, int count) {
    static struct wire wire;
    for (int sent = 0, done = 0; done < count;) {
        if (sent < count && sent - done < IN_FLIGHT) {
            load(names[sent++], 1, &wire);
            send_all(wire.bytes, wire.commands + wire.content);
        } else {
            await(3, '2');
            unlinkat(folder, names[done++], 0);
        }
    }
}

static void send_lines(char **names, int count) {
    static struct wire wires[2];
    static char both[4 * LARGEST];
    load(names[0], 0, &wires[0]);
    send_all(wires[0].bytes, wires[0].commands);
    for (int each = 0; each < count; each++) {
        struct wire *this = &wires[each % 2], *next = &wires[(each + 1) % 2];
        size_t length = this->content;
        memcpy(both, this->bytes + this->commands, length);
        if (each + 1 < count) {
            load(names[each + 1], 0, next);
            memcpy(both + length, next->bytes, next->commands);
            length += next->commands;
        }
        await(2, '2');
        await(1, '3');
        send_all(both, length);
        await(1, '2');
        unlinkat(folder, names[each], 0);
    }
}

int main(int words, char **arguments) {
    if (words != 4) errx(64, "usage: ceiling PORT FOLDER CONNECTIONS");
    int connections = atoi(arguments[3]), count = 0;
    folder = open(arguments[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *listing = fdopendir(dup(folder));
    if (!listing) err(66, "%s", arguments[2]);
    char **names = NULL;
    for (struct dirent *entry; (entry = readdir(listing));) {
        if (entry->d_name[0] == '.') continue;
        if (count % 1024 == 0) names = realloc(names, (count + 1024) * sizeof *names);
        names[count++] = strdup(entry->d_name);
    }
    for (int each = 0; each < connections; each++) {
        int begin = (long)count * each / connections, end = (long)count * (each + 1) / connections, chunking = 0;
        if (begin == end || fork() != 0) continue;
        greet(atoi(arguments[1]), &chunking);
        (chunking ? send_chunks : send_lines)(names + begin, end - begin);
        send_all("QUIT\r\n", 6);
        _exit(0);
    }
    int status, failed = 0;
    while (wait(&status) > 0) failed |= status;
    return failed != 0;
}
