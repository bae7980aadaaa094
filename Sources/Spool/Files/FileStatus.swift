// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import MailMessage

/// What the spool asks of a file's state.
struct FileStatus: Hashable, Sendable {
    let format: UInt32
    let linkCount: Int
    let owner: UInt32
    let group: UInt32
    let byteCount: Int64
    let inode: UInt64
    let device: UInt64
    /// When the content was last written, or the time set with `touch`; in nanoseconds since the epoch.
    let modifiedNanoseconds: Int64
    /// When content, name, mode or owner last changed; nobody can set it.
    ///
    /// In nanoseconds since the epoch.
    let changedNanoseconds: Int64

    init(_ status: stat) {
        format = status.st_mode & S_IFMT
        linkCount = Int(status.st_nlink)
        owner = status.st_uid
        group = status.st_gid
        byteCount = Int64(status.st_size)
        inode = UInt64(status.st_ino)
        device = UInt64(status.st_dev)
        modifiedNanoseconds = Self.nanoseconds(status.st_mtim)
        changedNanoseconds = Self.nanoseconds(status.st_ctim)
    }

    /// Held at the ends of the range: a file may carry any time.
    private static func nanoseconds(_ time: timespec) -> Int64 {
        let (scaled, overflow) = Int64(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflowToo) = scaled.addingReportingOverflow(Int64(time.tv_nsec))
        return overflow || overflowToo ? (time.tv_sec < 0 ? .min : .max) : sum
    }

    var isRegular: Bool { format == S_IFREG }

    /// The kind of file, in words.
    var kind: String {
        switch format {
        case S_IFREG: "a regular file"
        case S_IFDIR: "a directory"
        case S_IFLNK: "a symbolic link"
        case S_IFIFO: "a FIFO"
        case S_IFSOCK: "a socket"
        case S_IFCHR, S_IFBLK: "a device"
        default: "of an unknown kind"
        }
    }

    /// When the content was last written, or the time set with `touch`.
    var modified: Timestamp { Timestamp(millisecondsSinceEpoch: modifiedNanoseconds / 1_000_000) }

    /// Whether both are the state of one file.
    func isSameFile(as other: FileStatus) -> Bool { inode == other.inode && device == other.device }

    /// Whether this is the file of `earlier`, and nobody has written to it since, as far as size and time tell.
    func hasSameContent(as earlier: FileStatus) -> Bool {
        isSameFile(as: earlier) && byteCount == earlier.byteCount
            && modifiedNanoseconds == earlier.modifiedNanoseconds
    }

    /// The same, and nobody has set its times either: what ``changedNanoseconds`` tells, but for a change of name.
    func isUntouched(since earlier: FileStatus) -> Bool {
        hasSameContent(as: earlier) && changedNanoseconds == earlier.changedNanoseconds
    }
}
