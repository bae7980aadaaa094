// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
package import MailMessage
internal import Synchronization

/// A queue directory: the spool of one queue, opened.
///
/// All its operations work with or without a running daemon and from any process that the permissions allow. They block
/// for as long as the file system takes. Thread-safe.
///
/// - SeeAlso: <doc:Spool> for the states and what each operation guarantees.
package final class QueueDirectory: Sendable {
    let handle: DirectoryHandle
    /// Claimed messages that nobody has, because the host did not let them be taken back.
    let stranded = Mutex<Set<MessageStem>>([])
    private let localAddresses = Mutex(CurrentRules { LocalAddressRules() })

    /// Tells the rules in force.
    ///
    /// In a type of its own: a closure that a generic type holds is wrapped once more each time it is taken out.
    private struct CurrentRules {
        let read: @Sendable () -> LocalAddressRules
    }

    /// The path as it was given.
    package var path: String { handle.path }

    private init(handle: DirectoryHandle) {
        self.handle = handle
    }

    /// Opens a directory.
    ///
    /// - Parameters:
    ///   - path: where it is.
    ///   - onSync: told how long each sync took, on the thread that waited for it.
    /// - Returns: the directory, which stays open as long as it is held.
    /// - Throws: ``SpoolError``: `directory` when there is none, `notPermitted`, `host`.
    package static func open(
        _ path: String,
        onSync: @escaping SyncObserver = { _ in }
    ) throws(SpoolError) -> QueueDirectory {
        QueueDirectory(handle: try DirectoryHandle(path: path, onSync: onSync))
    }

    /// Applies rules to the addresses of this host from now on; they are asked for again and again, for they may change.
    ///
    /// Without this, no address is changed.
    package func apply(_ rules: @escaping @Sendable () -> LocalAddressRules) {
        localAddresses.withLock { $0 = CurrentRules(read: rules) }
    }

    /// What becomes of the addresses of this host.
    var localAddressRules: LocalAddressRules { localAddresses.withLock { $0 }.read() }

    var runner: PlanRunner<PosixFileStore> { PlanRunner(PosixFileStore(directory: handle)) }

    // MARK: Looking

    /// The state of a message; nil when there is none of that name.
    ///
    /// `ignored` is a state that is not looked for.
    package func state(
        of stem: MessageStem,
        besides ignored: SpoolState? = nil
    ) throws(SpoolError) -> SpoolState? {
        for state in SpoolState.allCases where state != ignored {
            do throws(SpoolError) {
                _ = try handle.status(of: SpoolFileName.message(stem, state).text)
                return state
            } catch {
                guard error.code == .notFound else { throw error }
            }
        }
        return nil
    }

    /// Everything in the directory that is a message, by the names alone.
    package func listing() throws(SpoolError) -> QueueListing {
        var names: [SpoolFileName] = []
        try handle.forEachName { bytes in
            if let name = SpoolFileName(bytes: bytes) { names.append(name) }
        }
        return QueueListing(names: names)
    }

    /// Hands over each queued message, by the names alone, in the order of the directory.
    ///
    /// On the way it forgets keys a week after their use, and what interrupted writers under a key have left.
    package func forEachQueued(
        forgettingKeysAt now: Timestamp,
        _ body: (MessageStem) -> Void
    ) throws(SpoolError) {
        try handle.forEachName { bytes in
            if case .message(let stem, .queued) = SpoolFileName(bytes: bytes) {
                body(stem)
            } else if bytes.first == UInt8(ascii: ".") {
                forgetKey(String(decoding: bytes, as: UTF8.self), now: now)
            }
        }
    }

    /// Whether a name in the directory ends as those of mail that waits or is being sent, be it a message or not.
    ///
    /// It is what smtpqd.path starts the daemon for: `*.queued` and `*.sending`.
    package func hasNamesOfOpenMail() throws(SpoolError) -> Bool {
        let endings = [SpoolState.queued, .sending].map { Array(".\($0.rawValue)".utf8) }
        var isFound = false
        try handle.forEachName { bytes in
            guard !isFound, bytes.first != UInt8(ascii: ".") else { return }
            isFound = endings.contains { bytes.suffix($0.count).elementsEqual($0) }
        }
        return isFound
    }

    /// Looks whether the path leads to another directory now: it was replaced, deleted and made anew, or
    /// mounted over.
    ///
    /// If so, everything from now on happens in the new one, which needs a lock and a watch of its own.
    ///
    /// - Returns: whether it is another directory.
    /// - Throws: ``SpoolError`` with code `directory` when nothing is at the path.
    package func followReplacement() throws(SpoolError) -> Bool { try handle.followReplacement() }

    /// Makes a message due now, whatever its schedule says.
    package func touch(_ stem: MessageStem) throws(SpoolError) {
        try handle.touch(SpoolFileName.message(stem, .queued).text)
    }

    // MARK: Journals

    /// The history of a message, and whether it has a journal.
    ///
    /// A journal that is not to be believed counts as none.
    func history(of stem: MessageStem) throws(SpoolError) -> (history: MessageHistory, hasJournal: Bool) {
        var history = MessageHistory()
        guard let file = try journalFile(of: stem) else { return (history, false) }
        var reader = JournalReader()
        try file.forEachPiece { piece in
            reader.read(piece) { time, record in history.apply(record, at: time) }
        }
        return (history, true)
    }

    /// The bytes of a message's journal; nil when there is none that is to be believed.
    package func journal(of stem: MessageStem) throws(SpoolError) -> [UInt8]? {
        guard let file = try journalFile(of: stem) else { return nil }
        return try file.readPrefix(limit: Int(try file.status().byteCount))
    }

    private func journalFile(of stem: MessageStem) throws(SpoolError) -> OpenFile? {
        do throws(SpoolError) {
            let file = try handle.openForReading(SpoolFileName.journal(stem).text)
            try JournalTrust.check(file, in: handle)
            return file
        } catch {
            switch error.code {
            case .notFound, .hostile, .notPermitted: return nil
            default: throw error
            }
        }
    }

    /// The life cycle refuses no plan that it makes itself; should it ever, nothing is done and this says so.
    func plan(_ make: () throws(OperationPlan.Refusal) -> OperationPlan) throws(SpoolError) -> OperationPlan {
        do throws(OperationPlan.Refusal) {
            return try make()
        } catch {
            throw SpoolError(.host, "internal: a plan of file operations was refused: \(error)")
        }
    }
}
