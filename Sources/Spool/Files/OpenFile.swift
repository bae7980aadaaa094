// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import CLinux
internal import Glibc

/// One open file of the queue directory; closed when it is released.
///
/// Thread-safe for reading at positions; writing belongs to one thread at a time.
final class OpenFile: Sendable {
    let descriptor: Int32
    private let directory: String
    private let name: String
    private let onSync: SyncObserver

    init(descriptor: Int32, directory: String, name: String, onSync: @escaping SyncObserver) {
        self.descriptor = descriptor
        self.directory = directory
        self.name = name
        self.onSync = onSync
    }

    deinit { close(descriptor) }

    /// Where the file was when it was opened, for messages.
    var path: String { directory + "/" + name }

    /// The file's state.
    func status() throws(SpoolError) -> FileStatus {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw error("look at") }
        return FileStatus(status)
    }

    // MARK: Reading

    /// Reads at a position; 0 at the end.
    func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws(SpoolError) -> Int {
        while true {
            let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
            if count >= 0 { return count }
            if errno != EINTR { throw error("read") }
        }
    }

    /// The first `limit` bytes, or all when the file is shorter.
    func readPrefix(limit: Int) throws(SpoolError) -> [UInt8] {
        var problem: SpoolError?
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, filled in
            do throws(SpoolError) {
                while filled < limit {
                    let rest = UnsafeMutableRawBufferPointer(
                        rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...]
                    )
                    let count = try read(at: Int64(filled), into: rest)
                    if count == 0 { break }
                    filled += count
                }
            } catch {
                problem = error
            }
        }
        if let problem { throw problem }
        return bytes
    }

    /// Hands over the file piece by piece, from its first byte to its last.
    func forEachPiece(_ body: (UnsafeRawBufferPointer) -> Void) throws(SpoolError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
        defer { buffer.deallocate() }
        var offset: Int64 = 0
        while case let count = try read(at: offset, into: buffer), count > 0 {
            body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            offset += Int64(count)
        }
    }

    // MARK: Writing

    /// Appends all bytes.
    func write(_ bytes: UnsafeRawBufferPointer) throws(SpoolError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(
                descriptor,
                UnsafeRawBufferPointer(rebasing: rest).baseAddress,
                rest.count
            )
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if count < 0, errno != EINTR {
                throw error("write to")
            }
        }
    }

    /// Appends all bytes.
    func write(_ bytes: [UInt8]) throws(SpoolError) {
        var problem: SpoolError?
        bytes.withUnsafeBytes { buffer in
            do throws(SpoolError) { try write(buffer) } catch { problem = error }
        }
        if let problem { throw problem }
    }

    /// Makes the content durable.
    func sync() throws(SpoolError) {
        let start = ContinuousClock.now
        defer { onSync(.now - start) }
        while fdatasync(descriptor) != 0 {
            if errno != EINTR { throw error("sync") }
        }
    }

    /// Makes everything on the file's file system durable.
    func syncFileSystem() throws(SpoolError) {
        while true {
            let code = clinux_sync_file_system(descriptor)
            if code == 0 { return }
            if code != EINTR {
                throw SpoolError(operation: "sync the file system of", path: path, errorNumber: code)
            }
        }
    }

    // MARK: Properties

    /// Sets the permissions, whatever the umask.
    func setMode(_ mode: mode_t) throws(SpoolError) {
        guard fchmod(descriptor, mode) == 0 else { throw error("set the mode of") }
    }

    /// Gives the file to the owner and group of another.
    func setOwner(_ other: FileStatus) throws(SpoolError) {
        guard fchown(descriptor, other.owner, other.group) == 0 else { throw error("set the owner of") }
    }

    /// Whether somebody has the file open for writing; nil when the system does not tell.
    func hasWriter() -> Bool? {
        switch clinux_probe_writer(descriptor) {
        case 0: false
        case EAGAIN: true
        default: nil
        }
    }

    private func error(_ operation: String) -> SpoolError {
        SpoolError(operation: operation, path: path, errorNumber: errno)
    }
}
