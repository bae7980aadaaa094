// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc

/// The queue directory as a store of files.
struct PosixFileStore: FileStore {
    let directory: DirectoryHandle
    /// A file of the directory through which it is synced where it cannot be read itself.
    var witness: OpenFile?

    /// Files that the spool writes beside messages are for the directory's owner alone.
    private static let mode: mode_t = 0o600

    func create(_ name: String, _ bytes: [UInt8]) throws(SpoolError) {
        try directory.create(name, mode: Self.mode).write(bytes)
    }

    /// Appends to what is there: opening an existing file and creating a new one are two calls, because in a sticky directory
    /// the kernel refuses to open another owner's file with O_CREAT (fs.protected_regular).
    func append(_ name: String, _ bytes: [UInt8]) throws(SpoolError) {
        let file = try trustedFile(name)
        try file.endTornLine()
        try file.write(bytes)
    }

    private func trustedFile(_ name: String) throws(SpoolError) -> OpenFile {
        do throws(SpoolError) {
            let file = try directory.openForAppending(name)
            try JournalTrust.check(file, in: directory)
            return file
        } catch {
            switch error.code {
            case .notFound: break
            case .hostile, .notPermitted: try JournalTrust.moveAside(name, in: directory)
            default: throw error
            }
        }
        return try directory.create(name, mode: Self.mode)
    }

    func syncFile(_ name: String) throws(SpoolError) { try directory.openForReading(name).sync() }

    func rename(_ from: String, to: String) throws(SpoolError) { try directory.rename(from, to: to) }

    func remove(_ name: String) throws(SpoolError) { try directory.remove(name) }

    func syncDirectory() throws(SpoolError) { try directory.sync(through: witness) }
}

extension OpenFile {
    /// Ends a last line that a crash has torn, so that what is appended stands on a line of its own.
    fileprivate func endTornLine() throws(SpoolError) {
        let length = try status().byteCount
        guard length > 0 else { return }
        var last: UInt8 = 0
        var problem: SpoolError?
        withUnsafeMutableBytes(of: &last) { buffer in
            do throws(SpoolError) { _ = try read(at: length - 1, into: buffer) } catch { problem = error }
        }
        if let problem { throw problem }
        if last != UInt8(ascii: "\n") { try write([UInt8(ascii: "\n")]) }
    }
}
