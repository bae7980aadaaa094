// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import MailMessage

/// Which files beside the messages are believed.
///
/// Every member of the group may create any name in the directory, `STEM.journal` and `.paused` too. What such a file
/// says is believed only when it is a regular file with one link that belongs to the directory's owner, root or this process.
enum JournalTrust {
    /// Throws ``SpoolError`` with code `hostile` when the file is not to be believed.
    static func check(_ file: OpenFile, in directory: DirectoryHandle) throws(SpoolError) {
        let status = try file.status()
        guard status.isRegular else {
            throw SpoolError(.hostile, "\(file.path) is \(status.kind), not a regular file")
        }
        guard status.linkCount == 1 else {
            throw SpoolError(.hostile, "\(file.path) has \(status.linkCount) links, not one")
        }
        guard try isTrusted(owner: status.owner, in: directory) else {
            throw SpoolError(
                .hostile,
                "\(file.path) belongs to user \(status.owner), not to the owner of the directory"
            )
        }
    }

    /// Whether what this user owns is believed.
    static func isTrusted(owner: UInt32, in directory: DirectoryHandle) throws(SpoolError) -> Bool {
        // The directory's owner is asked for last: for the daemon's own files that saves a call.
        if owner == 0 || owner == geteuid() { return true }
        return try owner == directory.status().owner
    }

    /// Whether what this process writes will be believed by others.
    static func isSelfTrusted(in directory: DirectoryHandle) throws(SpoolError) -> Bool {
        if geteuid() == 0 { return true }
        return try geteuid() == directory.status().owner
    }

    /// Takes a file that is not believed out of the way, under a name that means nothing.
    static func moveAside(_ name: String, in directory: DirectoryHandle) throws(SpoolError) {
        try directory.rename(name, to: name + ".foreign-" + MessageStem.random().text)
    }
}
