// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc

/// A message on its way into a ``Maildir``, in calls that block.
struct MaildirFile: Sendable {
    private let descriptor: CInt
    private let temporaryPath: String
    private let finalPath: String

    init(directory: String, name: String) throws(SinkError) {
        temporaryPath = "\(directory)/tmp/\(name)"
        finalPath = "\(directory)/new/\(name)"
        descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw SinkError("cannot create \(temporaryPath): \(String(cString: strerror(errno)))")
        }
    }

    /// Appends a piece of the content, lines ended by LF alone.
    func append(_ content: some Collection<UInt8>) throws(SinkError) {
        // Every carriage return stands before a line feed: contents in which one does not are refused.
        let bytes = content.filter { $0 != UInt8(ascii: "\r") }
        try write(bytes)
    }

    /// Publishes the message, with its envelope in fields at the top.
    func commit() throws(SinkError) {
        close(descriptor)
        guard rename(temporaryPath, finalPath) == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(temporaryPath)
            throw SinkError("cannot create \(finalPath): \(reason)")
        }
    }

    /// Throws the message away.
    func abandon() {
        close(descriptor)
        unlink(temporaryPath)
    }

    private func write(_ bytes: [UInt8]) throws(SinkError) {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw SinkError("cannot write \(temporaryPath): \(String(cString: strerror(errno)))")
            }
            written += count
        }
    }
}
