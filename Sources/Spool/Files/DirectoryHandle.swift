// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import CLinux
internal import Glibc
internal import MailMessage

/// File operations on names in one open directory: the only place of the spool that makes system calls on names.
///
/// Every call is relative to the descriptor, follows no symbolic link in the last component, repeats after EINTR, and
/// turns an error into a ``SpoolError`` that names operation and path. Thread-safe: it holds a descriptor and nothing else.
package final class DirectoryHandle: Sendable {
    /// The path, for messages and for looking whether another directory has taken the place of this one.
    package let path: String
    /// The descriptor of the directory.
    ///
    /// Its number stays the same when ``followReplacement()`` puts another behind it.
    let descriptor: Int32
    private let onSync: SyncObserver

    /// Opens a directory.
    ///
    /// Without permission to list it the handle serves to reach names in it all the same. `onSync` is told of each sync.
    init(path: String, onSync: @escaping SyncObserver = { _ in }) throws(SpoolError) {
        self.path = path
        self.onSync = onSync
        descriptor = try Self.openDirectory(path)
    }

    deinit { close(descriptor) }

    static func openDirectory(_ path: String) throws(SpoolError) -> Int32 {
        var fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if fd < 0, errno == EACCES { fd = open(path, pathOnly | O_DIRECTORY | O_CLOEXEC) }
        guard fd < 0 else { return fd }
        let code = errno
        let error = SpoolError(operation: "open the directory", path: path, errorNumber: code)
        let isMissing = code == ENOENT || code == ENOTDIR || code == ELOOP
        throw isMissing ? SpoolError(.directory, error.summary, errorNumber: code) : error
    }

    /// O_PATH, which the C module of Swift does not show: a descriptor to reach names, not to list them.
    private static let pathOnly: Int32 = 0o10_000_000

    // MARK: The directory itself

    /// The state of the directory.
    ///
    /// Its owner is whom the spool trusts beside root.
    func status() throws(SpoolError) -> FileStatus {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw error("look at", "", errno) }
        return FileStatus(status)
    }

    /// Makes all changes of names durable.
    ///
    /// A member of the group may write to the directory and not read it, and what cannot be opened for reading
    /// cannot be synced alone: then the whole file system is synced, through a file that lies in it.
    func sync(through file: OpenFile? = nil) throws(SpoolError) {
        let start = ContinuousClock.now
        defer { onSync(.now - start) }
        while fsync(descriptor) != 0 {
            let code = errno
            if code == EINTR { continue }
            guard code == EBADF, let file else { throw error("sync", "", code) }
            return try file.syncFileSystem()
        }
    }

    /// Whether the permissions of the directory let this process reach names in it and change them.
    var letsNamesChange: Bool { faccessat(descriptor, ".", W_OK | X_OK, AT_EACCESS) == 0 }

    // MARK: Names

    /// Renames, never over an existing name.
    func rename(_ from: String, to: String) throws(SpoolError) {
        let code = from.withCString { old in
            to.withCString { new in clinux_rename_noreplace(descriptor, old, new) }
        }
        guard code == 0 else { throw error("rename", "\(from) to \(to)", code) }
    }

    /// Renames over whatever file has the name.
    func replace(_ name: String, with temporary: String) throws(SpoolError) {
        guard renameat(descriptor, temporary, descriptor, name) == 0 else {
            throw error("replace", name, errno)
        }
    }

    /// Removes a name.
    ///
    /// A name that is not there is an error.
    func remove(_ name: String) throws(SpoolError) {
        guard unlinkat(descriptor, name, 0) == 0 else { throw error("remove", name, errno) }
    }

    /// Sets a file's times to now.
    func touch(_ name: String) throws(SpoolError) {
        let code = name.withCString { clinux_touch(descriptor, $0) }
        guard code == 0 else { throw error("touch", name, code) }
    }

    /// The state of a name itself, links not followed.
    func status(of name: String) throws(SpoolError) -> FileStatus {
        var status = stat()
        guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            throw error("look at", name, errno)
        }
        return FileStatus(status)
    }

    /// Hands over each name, but `.` and `..`, as bytes that live as long as the call.
    ///
    /// Asks nothing about the files.
    func forEachName(_ body: (UnsafeRawBufferPointer) -> Void) throws(SpoolError) {
        let fd = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard fd >= 0, let stream = fdopendir(fd) else {
            let code = errno
            if fd >= 0 { close(fd) }
            throw error("list", "", code)
        }
        defer { closedir(stream) }
        guard let start = MemoryLayout<dirent>.offset(of: \.d_name) else { return }
        errno = 0
        while let entry = readdir(stream) {
            let name = UnsafeRawPointer(entry) + start
            let length = strlen(name.assumingMemoryBound(to: CChar.self))
            let bytes = UnsafeRawBufferPointer(start: name, count: length)
            if !bytes.elementsEqual(".".utf8), !bytes.elementsEqual("..".utf8) { body(bytes) }
            errno = 0
        }
        guard errno == 0 else { throw error("list", "", errno) }
    }

    // MARK: Files

    /// Opens a file for reading: never follows a link, never blocks on a FIFO.
    func openForReading(_ name: String) throws(SpoolError) -> OpenFile {
        try openFile(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY, operation: "open")
    }

    /// Opens an existing file for appending.
    ///
    /// Never with O_CREAT: in a directory that is sticky and writable for others the kernel refuses to open a file of
    /// somebody else so (fs.protected_regular).
    func openForAppending(_ name: String) throws(SpoolError) -> OpenFile {
        try openFile(
            name,
            O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY,
            operation: "open"
        )
    }

    /// Writes a file anew: who reads the name sees the old content or the new one, and no part of either.
    ///
    /// It need not survive a crash.
    func rewrite(_ name: String, _ bytes: [UInt8], mode: mode_t) throws(SpoolError) {
        let temporary = name + "-" + MessageStem.random().text
        do throws(SpoolError) {
            try create(temporary, mode: mode).write(bytes)
            try replace(name, with: temporary)
        } catch {
            try? remove(temporary)
            throw error
        }
    }

    /// Creates a file that must not be there yet.
    ///
    /// Made by root it belongs to the directory's owner and group.
    ///
    /// The mode is the spool's, not the umask's: the daemon must be able to read what others drop.
    func create(_ name: String, mode: mode_t) throws(SpoolError) -> OpenFile {
        let file = try openFile(
            name,
            O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
            mode: mode,
            operation: "create"
        )
        do throws(SpoolError) {
            if geteuid() == 0 { try file.setOwner(status()) }
            try file.setMode(mode)
            return file
        } catch {
            try? remove(name)
            throw error
        }
    }

    private func openFile(
        _ name: String,
        _ flags: Int32,
        mode: mode_t = 0,
        operation: String
    ) throws(SpoolError) -> OpenFile {
        while true {
            let fd = openat(descriptor, name, flags, mode)
            if fd >= 0 { return OpenFile(descriptor: fd, directory: path, name: name, onSync: onSync) }
            if errno != EINTR { throw error(operation, name, errno) }
        }
    }

    func error(_ operation: String, _ name: String, _ code: Int32) -> SpoolError {
        SpoolError(operation: operation, path: name.isEmpty ? path : path + "/" + name, errorNumber: code)
    }
}
