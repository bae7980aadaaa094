// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Glibc
import MailMessage
import MailTestKit

@testable import Spool

/// A queue directory of its own for a test, with files that are written and read in the plainest way.
struct QueueBench {
    /// The present time of the tests, long before that of the system.
    static let now = Timestamp(millisecondsSinceEpoch: 1_600_000_000_000)
    /// When files were dropped, unless a test says otherwise.
    static let dropped = now.adding(.seconds(-60))

    private let directory: TemporaryDirectory
    let queue: QueueDirectory

    init() throws {
        directory = try TemporaryDirectory()
        queue = try QueueDirectory.open(directory.path)
    }

    /// The path of the directory.
    var path: String { directory.path }

    /// The path of a file in it.
    func path(of name: String) -> String { directory.file(name) }

    /// All names in the directory, sorted.
    var names: [String] { (try? directory.names()) ?? [] }

    /// Puts a file into the directory.
    func drop(_ content: String, as name: String, modified: Timestamp = dropped) throws {
        try directory.write(content, to: name)
        setTime(of: name, to: modified)
    }

    /// Puts a file of bytes into the directory.
    func drop(_ content: [UInt8], as name: String, modified: Timestamp = dropped) throws {
        let file = try queue.handle.create(name, mode: 0o644)
        try file.write(content)
        setTime(of: name, to: modified)
    }

    func setTime(of name: String, to time: Timestamp) {
        let value = timespec(tv_sec: Int(time.millisecondsSinceEpoch / 1000), tv_nsec: 0)
        utimensat(AT_FDCWD, path(of: name), [value, value], AT_SYMLINK_NOFOLLOW)
    }

    /// The content of a file, as text.
    func text(of name: String) throws -> String {
        let file = try queue.handle.openForReading(name)
        return String(decoding: try file.readPrefix(limit: Int(file.status().byteCount)), as: UTF8.self)
    }

    /// The history that a message's journal tells.
    func history(of stem: String) throws -> MessageHistory {
        try queue.history(of: MessageStem(stem)).history
    }

    func claim(
        _ stem: String,
        now: Timestamp = now,
        maxMessageBytes: Int64 = 1 << 30
    ) throws -> ClaimedMessage {
        try queue.claim(MessageStem(stem), now: now, maxMessageBytes: maxMessageBytes)
    }

    /// Why a message is not claimed; nil when it is.
    func refusal(_ stem: String, now: Timestamp = now, maxMessageBytes: Int64 = 1 << 30) throws -> ClaimError?
    {
        let stem = try MessageStem(stem)
        do throws(ClaimError) {
            _ = try queue.claim(stem, now: now, maxMessageBytes: maxMessageBytes)
            return nil
        } catch {
            return error
        }
    }

    /// Does something while the directory cannot be synced.
    func withoutSync<Value>(_ work: () throws -> Value) throws -> Value {
        let descriptor = queue.handle.descriptor
        let usual = dup(descriptor)
        // O_PATH: good for names, not for a sync.
        let namesOnly = open(path, 0o10_000_000 | O_DIRECTORY)
        dup2(namesOnly, descriptor)
        defer {
            dup2(usual, descriptor)
            close(usual)
            close(namesOnly)
        }
        return try work()
    }
}
