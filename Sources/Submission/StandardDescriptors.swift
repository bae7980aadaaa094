// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc

/// The descriptors 0, 1 and 2 as this program may count on them.
package enum StandardDescriptors {
    /// Opens those that the caller has closed on /dev/null.
    ///
    /// Otherwise the next file that is opened would take the number: the id of a message, meant for standard output, would
    /// be written into the message.
    package static func openMissing() {
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
        where fcntl(descriptor, F_GETFD) == -1 && errno == EBADF {
            // The lowest free number is taken, which is this one.
            _ = open("/dev/null", descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY)
        }
    }
}
