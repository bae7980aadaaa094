// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int clinux_rename_noreplace(int directory, const char *from, const char *to) {
    return renameat2(directory, from, directory, to, RENAME_NOREPLACE) == 0 ? 0 : errno;
}

int clinux_probe_writer(int descriptor) {
    // Whoever opens the file for writing in the instant between the two calls below makes the kernel tell the holder of
    // the lease, by default with SIGIO, which ends a process. SIGURG is ignored by default.
    if (fcntl(descriptor, F_SETSIG, SIGURG) != 0) {
        return errno;
    }
    if (fcntl(descriptor, F_SETLEASE, F_RDLCK) != 0) {
        return errno;
    }
    return fcntl(descriptor, F_SETLEASE, F_UNLCK) == 0 ? 0 : errno;
}

int clinux_touch(int directory, const char *name) {
    const struct timespec now[2] = {{0, UTIME_NOW}, {0, UTIME_NOW}};
    return utimensat(directory, name, now, AT_SYMLINK_NOFOLLOW) == 0 ? 0 : errno;
}

int clinux_sync_file_system(int descriptor) {
    return syncfs(descriptor) == 0 ? 0 : errno;
}

int clinux_replace_descriptor(int descriptor, int with) {
    int result;
    do {
        result = dup3(with, descriptor, O_CLOEXEC);
    } while (result < 0 && (errno == EINTR || errno == EBUSY));
    return result < 0 ? errno : 0;
}
