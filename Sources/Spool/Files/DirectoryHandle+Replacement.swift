// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import CLinux
internal import Glibc

extension DirectoryHandle {
    /// Looks whether the path leads to another directory than the open one: it was deleted and made anew,
    /// moved away and replaced, or something was mounted over it.
    ///
    /// If so, the handle means the new one from now on.
    ///
    /// The descriptor keeps its number, so that every holder of this handle goes over to the new directory at once.
    ///
    /// - Returns: whether the directory is another one now.
    /// - Throws: ``SpoolError`` with code `directory` when nothing is at the path.
    func followReplacement() throws(SpoolError) -> Bool {
        let fd = try Self.openDirectory(path)
        defer { close(fd) }
        var there = stat()
        guard fstat(fd, &there) == 0 else { throw error("look at", "", errno) }
        let open = try status()
        guard UInt64(there.st_ino) != open.inode || UInt64(there.st_dev) != open.device else { return false }
        let code = clinux_replace_descriptor(descriptor, fd)
        guard code == 0 else { throw error("open", "", code) }
        return true
    }
}
