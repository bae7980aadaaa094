// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc

/// What tells one version of a file from the next.
struct FileStamp: Hashable, Sendable {
    private var device: UInt64 = 0
    private var inode: UInt64 = 0
    private var byteCount: Int64 = 0
    private var modified: [Int] = []

    /// The stamp of the file as it is now; a file that cannot be looked at has the stamp of none.
    init(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        byteCount = Int64(status.st_size)
        modified = [
            status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
        ]
    }
}
