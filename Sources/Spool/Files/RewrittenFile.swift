// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// A file beside the queue that others read, such as the metrics: written as a whole, again and again.
package enum RewrittenFile {
    /// Replaces the content of the file at an absolute path: who reads it sees the old one or the new one.
    ///
    /// Everybody may read it. It need not survive a crash. Blocks for as long as the file system takes.
    ///
    /// - Throws: ``SpoolError``, with the path and what could not be done.
    package static func write(_ content: String, to path: String) throws(SpoolError) {
        let name = path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
        let folder = path.dropLast(name.count + 1)
        let directory = try DirectoryHandle(path: folder.isEmpty ? "/" : String(folder))
        try directory.rewrite(String(name), Array(content.utf8), mode: 0o644)
    }
}
