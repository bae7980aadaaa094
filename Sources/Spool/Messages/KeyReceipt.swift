// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage

/// The receipt `.STEM.key`: a message was enqueued under the key that the stem stands for.
///
/// It names the file in which the message waits to be published, `.RANDOM.pending`, and is durable before the message is. So
/// whoever finds it knows where the matter stands, whenever the first one was interrupted:
///
/// | receipt | `.pending` | meaning | done |
/// |---|---|---|---|
/// | none | any | never enqueued | the first receipt wins |
/// | there | there | interrupted before it was published | published now |
/// | there | gone | published; perhaps delivered and removed since | nothing |
///
/// Works without a daemon, and for users who may not list the directory.
struct KeyReceipt {
    /// How long a receipt is kept (``QueueDirectory/forEachQueued(forgettingKeysAt:_:)``).
    static let lifetime = Duration.seconds(7 * 86400)
    /// How long a file is kept that waits to be published: for certain longer than the receipt that names it.
    static let pendingLifetime = Duration.seconds(8 * 86400)
    private static let suffix = ".key"
    private static let pendingSuffix = ".pending"

    private static let mode: UInt32 = 0o600
    private static let lengthLimit = 256

    private let queue: QueueDirectory
    private let stem: MessageStem
    /// A file of the directory through which it is synced where it cannot be read itself.
    private let witness: OpenFile

    init(_ queue: QueueDirectory, stem: MessageStem, witness: OpenFile) {
        self.queue = queue
        self.stem = stem
        self.witness = witness
    }

    static func pendingName(_ name: MessageStem) -> String { "." + name.text + pendingSuffix }

    /// How long a file of this hidden name is kept; nil when it is none of a key.
    static func lifetime(of name: String) -> Duration? {
        if name.hasSuffix(suffix) { return lifetime }
        return name.hasSuffix(pendingSuffix) ? pendingLifetime : nil
    }

    /// Writes the receipt for a message that waits, whole and synced, under this name.
    ///
    /// - Returns: whether this is the first message under the key.
    /// - Throws: ``SpoolError``: `hostile` or `alreadyThere` when somebody else has taken the names, or a fault of the host.
    ///   There is no receipt for the message then.
    func take(for pending: MessageStem) throws(SpoolError) -> Bool {
        if try read() != nil { return false }
        if let state = try queue.state(of: stem) {
            // The receipt is forgotten, and the message still there.
            let name = SpoolFileName.message(stem, state).text
            let owner = try queue.handle.status(of: name).owner
            if try JournalTrust.isTrusted(owner: owner, in: queue.handle) { return false }
            throw SpoolError(.alreadyThere, "\(queue.path)/\(name) is there already, and of another user")
        }
        // A receipt must not outlive the name that it states: without that it would tell of a message that never was.
        try queue.handle.sync(through: witness)
        let temporary = QueueSubmission.unfinishedName(.random())
        do throws(SpoolError) {
            let file = try queue.handle.create(temporary, mode: Self.mode)
            try file.write(Array((pending.text + "\n").utf8))
            try file.sync()
            try queue.handle.rename(temporary, to: name)
            return true
        } catch {
            try? queue.handle.remove(temporary)
            guard error.code == .alreadyThere else { throw error }
            return false
        }
    }

    /// Publishes the message that the receipt names, if it still waits; when this returns, receipt and message are durable.
    func complete() throws(SpoolError) {
        guard let pending = try read() else { return }
        let waiting = Self.pendingName(pending)
        let published = SpoolFileName.message(stem, .queued).text
        try queue.handle.sync(through: witness)
        do throws(SpoolError) {
            try queue.handle.rename(waiting, to: published)
        } catch {
            guard error.code == .notFound else { throw error }
        }
        do throws(SpoolError) {
            try queue.handle.sync(through: witness)
        } catch {
            // Not durable is not accepted. The next one under the key publishes it anew, and syncs that.
            try? queue.handle.rename(published, to: waiting)
            throw error
        }
    }

    private var name: String { "." + stem.text + Self.suffix }

    /// The name of the waiting file that the receipt states; nil when there is no receipt.
    private func read() throws(SpoolError) -> MessageStem? {
        do throws(SpoolError) {
            let file = try queue.handle.openForReading(name)
            try JournalTrust.check(file, in: queue.handle)
            let text = String(decoding: try file.readPrefix(limit: Self.lengthLimit), as: UTF8.self)
            guard text.hasSuffix("\n") else { throw SpoolError(.hostile, "\(file.path) is no receipt") }
            return try MessageStem(text.dropLast())
        } catch {
            switch error.code {
            case .notFound: return nil
            case .notPermitted, .name:
                throw SpoolError(.hostile, "\(queue.path)/\(name) is no receipt of this user")
            default: throw error
            }
        }
    }
}

extension QueueDirectory {
    /// Removes a file that belongs to a key, when its time is over.
    func forgetKey(_ name: String, now: Timestamp) {
        guard let lifetime = KeyReceipt.lifetime(of: name), let status = try? handle.status(of: name),
            status.isRegular, status.modified.adding(lifetime) < now
        else { return }
        try? handle.remove(name)
    }
}
