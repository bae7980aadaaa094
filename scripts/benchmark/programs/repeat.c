// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

// Runs a command many times, some at once, each with a file as its input and its output thrown away.
//
//   repeat FIGURES COUNT PARALLEL INPUT COMMAND [ARGUMENT …]
//
// Writes into the file FIGURES, in nanoseconds: the time of all, the user and system time of all, then a line for each
// run: when it began, and how long it took.

#include <err.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static int64_t nanoseconds(struct timeval time) { return time.tv_sec * INT64_C(1000000000) + time.tv_usec * 1000; }

int main(int words, char **arguments) {
    if (words < 6) errx(64, "usage: repeat FIGURES COUNT PARALLEL INPUT COMMAND [ARGUMENT ...]");
    FILE *figures = fopen(arguments[1], "we");
    if (!figures) err(73, "%s", arguments[1]);
    char **command = arguments + 5;
    int count = atoi(arguments[2]), parallel = atoi(arguments[3]);
    int64_t *begun = calloc(count, sizeof *begun), *taken = calloc(count, sizeof *taken);
    pid_t *processes = calloc(count, sizeof *processes);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, arguments[4], O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    int64_t began = now();
    for (int started = 0, ended = 0; ended < count;) {
        if (started < count && started - ended < parallel) {
            begun[started] = now();
            if (posix_spawnp(&processes[started], *command, &files, NULL, command, environ) != 0)
                errx(71, "%s cannot be started", *command);
            started++;
            continue;
        }
        int status;
        pid_t process = wait(&status);
        int64_t end = now();
        if (process < 0) err(71, "wait");
        if (status != 0) errx(1, "%s ended with status %#x", *command, status);
        for (int each = 0; each < started; each++)
            if (processes[each] == process) taken[each] = end - begun[each];
        ended++;
    }
    struct rusage usage;
    int64_t all = now() - began;
    getrusage(RUSAGE_CHILDREN, &usage);
    fprintf(figures, "%ld %ld\n", all, nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime));
    for (int each = 0; each < count; each++) fprintf(figures, "%ld %ld\n", begun[each], taken[each]);
}
