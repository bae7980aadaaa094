// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Glibc

@testable import Spool

/// A queue directory on a file system of 64 KiB, gone with the object.
final class SmallDisk {
    private static let size = 64 << 10

    let bench: QueueBench
    let queue: QueueDirectory
    private let path: String

    /// Mounts the file system; nil where this process may not.
    init?() throws {
        bench = try QueueBench()
        path = bench.path(of: "disk")
        guard mkdir(path, 0o755) == 0, mount("none", path, "tmpfs", 0, "size=\(Self.size)") == 0 else {
            return nil
        }
        queue = try QueueDirectory.open(path)
    }

    deinit { umount2(path, Int32(MNT_DETACH)) }

    /// The names on it, sorted.
    var names: [String] {
        var names: [String] = []
        try? queue.handle.forEachName { names.append(String(decoding: $0, as: UTF8.self)) }
        return names.sorted()
    }

    /// Takes all the space that is left.
    func fill() throws {
        let file = try queue.handle.create("filler", mode: 0o600)
        let page = [UInt8](repeating: 0, count: 4096)
        while (try? file.write(page)) != nil {}
    }

    /// Gives the space back.
    func empty() throws { try queue.handle.remove("filler") }
}
