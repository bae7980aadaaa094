// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc

/// Who owns a directory, and what others may do in it.
package struct DirectoryFacts {
    /// The owner's name, or number where there is no name.
    package let owner: String
    /// The group's name, or number where there is no name.
    package let group: String
    /// The permission bits.
    package let mode: UInt32

    /// Reads them; nil when the directory cannot be looked at.
    package init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        owner =
            getpwuid(status.st_uid).flatMap { $0.pointee.pw_name.map { String(cString: $0) } }
            ?? String(status.st_uid)
        group =
            getgrgid(status.st_gid).flatMap { $0.pointee.gr_name.map { String(cString: $0) } }
            ?? String(status.st_gid)
        mode = status.st_mode & 0o7777
    }

    /// Facts that are known.
    package init(owner: String, group: String, mode: UInt32) {
        self.owner = owner
        self.group = group
        self.mode = mode
    }

    /// `smtpq:smtpq, mode 3730`.
    package var text: String { "\(owner):\(group), mode \(String(mode, radix: 8))" }

    /// What is wrong with the permissions of a queue directory, in words; nil when nothing is.
    package var problem: String? {
        if mode & 0o002 != 0 { return "everybody may put mail into it (\(text)): chmod o-w" }
        if mode & 0o004 != 0, mode & 0o020 != 0 { return "everybody may list it (\(text)): chmod o-r" }
        guard mode & 0o020 != 0 else { return nil }
        if mode & 0o1000 == 0 {
            return "members of \(group) may remove each other's mail (\(text)): chmod 3730"
        }
        if mode & 0o2000 == 0 {
            return "mail of members of \(group) is not readable for the daemon (\(text)): chmod 3730"
        }
        return nil
    }
}
