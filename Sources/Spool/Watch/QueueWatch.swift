// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc

/// Watches a queue directory through inotify(7).
///
/// ``run(_:)`` blocks the thread that calls it and hands over each change; ``stop()``, from any thread, ends it.
package final class QueueWatch: Sendable {
    private let inotify: Int32
    /// The pipe whose closing ends the wait: reading end, writing end.
    private let stopPipe: (read: Int32, write: Int32)

    /// How long changes are gathered after some were handed over, in milliseconds.
    ///
    /// The first one after a pause is handed over at once.
    private static let gatherTime: Int32 = 2
    private static let events =
        IN_MOVED_TO | IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE | IN_MOVED_FROM | IN_DELETE_SELF | IN_MOVE_SELF
        | IN_ONLYDIR

    /// Begins to watch.
    ///
    /// Changes from now on are reported, however late ``run(_:)`` begins.
    ///
    /// - Throws: ``SpoolError`` when the system has no inotify, or no watches or descriptors left.
    package init(_ queue: QueueDirectory) throws(SpoolError) {
        let fd = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
        guard fd >= 0 else { throw queue.handle.error("watch", "", errno) }
        // The path of the descriptor, so that the directory that was opened is watched, whatever has its name now.
        let watched = inotify_add_watch(fd, "/proc/self/fd/\(queue.handle.descriptor)", UInt32(Self.events))
        var ends: [Int32] = [-1, -1]
        guard watched >= 0, pipe(&ends) == 0 else {
            let code = errno
            close(fd)
            throw queue.handle.error("watch", "", code)
        }
        inotify = fd
        stopPipe = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }

    deinit {
        close(inotify)
        close(stopPipe.read)
        close(stopPipe.write)
    }

    /// Ends ``run(_:)``.
    package func stop() {
        var byte: UInt8 = 0
        _ = write(stopPipe.write, &byte, 1)
    }

    /// Waits for changes and hands them over, in their order, as many as have come together, until ``stop()`` or the loss of
    /// the directory.
    package func run(_ deliver: ([QueueChange]) -> Void) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 8)
        defer { buffer.deallocate() }
        while true {
            var waits = [
                pollfd(fd: inotify, events: Int16(POLLIN), revents: 0),
                pollfd(fd: stopPipe.read, events: Int16(POLLIN), revents: 0),
            ]
            let ready = poll(&waits, 2, -1)
            if ready < 0, errno == EINTR { continue }
            guard ready > 0, waits[1].revents == 0 else { return }
            let count = read(inotify, buffer.baseAddress, buffer.count)
            if count < 0, errno == EAGAIN || errno == EINTR { continue }
            guard count > 0 else { return deliver([.directoryLost]) }
            let changes = InotifyDecoder.changes(in: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            if !changes.isEmpty { deliver(changes) }
            if changes.contains(.directoryLost) { return }
            guard poll(&waits[1], 1, Self.gatherTime) <= 0 else { return }
        }
    }
}
