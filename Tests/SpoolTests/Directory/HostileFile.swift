// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Glibc

@testable import Spool

/// What else than a message may stand under the name of one.
enum HostileFile: CaseIterable {
    case symbolicLink
    case danglingLink
    case hardLink
    case fifo
    case directory
    case socket
    case device
    case foreign

    /// The content of the file `target` that a link leads to: it is never read and never written.
    static let secret = Samples.message + "secret\n"

    /// Whether this process may make one: devices and files of others are for root.
    var canBeMade: Bool { self == .device || self == .foreign ? geteuid() == 0 : true }

    /// Puts it into the directory.
    func make(_ name: String, in bench: QueueBench) throws {
        let path = bench.path(of: name)
        let target = bench.path(of: "target")
        if self == .symbolicLink || self == .hardLink { try bench.drop(Self.secret, as: "target") }
        let result: Int32
        switch self {
        case .symbolicLink, .danglingLink: result = symlink(target, path)
        case .hardLink: result = link(target, path)
        case .fifo: result = mkfifo(path, 0o644)
        case .directory: result = mkdir(path, 0o755)
        case .socket: result = mknod(path, S_IFSOCK | 0o644, 0)
        case .device: result = mknod(path, S_IFCHR | 0o644, makedev(1, 3))
        case .foreign:
            try bench.drop(Samples.message, as: name)
            result = chown(path, OtherUser.id, OtherUser.id)
        }
        guard result == 0 else { throw SpoolError(operation: "make", path: path, errorNumber: errno) }
    }

    private func makedev(_ major: dev_t, _ minor: dev_t) -> dev_t { major << 8 | minor }
}
