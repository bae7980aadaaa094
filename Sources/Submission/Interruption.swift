// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import Synchronization

/// A request to end, by SIGINT or SIGTERM, made visible to whoever has something to put in order first.
///
/// Without it a message that is half written would stay behind as a hidden file.
package enum Interruption {
    /// No descriptor: poll(2) skips it.
    private static let none: Int32 = -1

    private static let readEnd = Atomic<Int32>(none)
    private static let writeEnd = Atomic<Int32>(none)

    /// Watches for it from now on: the signals no longer end the program by themselves.
    package static func watch() {
        var ends = [none, none]
        guard readEnd.load(ordering: .relaxed) == none, pipe(&ends) == 0 else { return }
        readEnd.store(ends[0], ordering: .relaxed)
        writeEnd.store(ends[1], ordering: .releasing)
        for number in [SIGINT, SIGTERM] {
            var action = sigaction()
            // A handler may do next to nothing; writing to a pipe is allowed, whichever thread it runs on.
            action.__sigaction_handler.sa_handler = { _ in
                var byte: UInt8 = 0
                _ = write(Interruption.writeEnd.load(ordering: .acquiring), &byte, 1)
            }
            sigaction(number, &action, nil)
        }
    }

    /// Whether the program was asked to end.
    package static var isRequested: Bool { canRead(readEnd.load(ordering: .relaxed)) }

    /// Whether a descriptor can be read, or its writer is gone, without waiting.
    package static func canRead(_ descriptor: Int32) -> Bool {
        var source = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&source, 1, 0) > 0
    }

    /// Waits until the program is asked to end.
    package static func wait() {
        while !isRequested { waitForInput(none) }
    }

    /// Waits until a descriptor can be read, its writer is gone, or the program is asked to end.
    package static func waitForInput(_ descriptor: Int32) {
        var sources = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: readEnd.load(ordering: .relaxed), events: Int16(POLLIN), revents: 0),
        ]
        // What else poll(2) could complain of, read(2) tells better.
        while poll(&sources, nfds_t(sources.count), -1) < 0, errno == EINTR {}
    }
}
