// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

@testable import Spool

/// A directory in memory whose power goes after a number of operations or syncs, and which then has lost any part of what was
/// not synced; or whose operations fail.
///
/// What is on disk: each name as of the last sync of the directory, changed by any subset of the changes since, in their
/// order; each file as of its last sync, with none, a part or all of what was written since. A file's sync does not make its
/// name durable. That is more than file systems lose, and no less.
final class ModelDisk: FileStore {
    typealias Files = [String: [UInt8]]

    private struct Content {
        var synced: [UInt8]
        var written: [UInt8]

        /// What a crash may leave.
        var remains: [[UInt8]] {
            let torn = synced + written[synced.count...].prefix((written.count - synced.count) / 2)
            return Set([synced, torn, written]).sorted { $0.count < $1.count }
        }
    }

    private enum Change {
        case create(String, Int)
        case rename(String, String)
        case remove(String)
    }

    private var contents: [Content] = []
    private var indexes: [String: Int] = [:]
    private var syncedNames: [String: Int] = [:]
    private var changes: [Change] = []
    private var operationsLeft = Int.max
    private var syncsLeft = Int.max
    /// The operations that fail, by their number from 0, and how.
    private var failing: Range<Int> = 0..<0
    private var failure = SpoolError(.host, "")
    private var operationCount = 0
    /// How often the names were made durable.
    private(set) var directorySyncCount = 0

    /// A disk with files that are durable, whose power goes after that many operations.
    convenience init(_ files: Files, stoppingAfter operationCount: Int) {
        self.init(files)
        operationsLeft = operationCount
    }

    /// A disk with files that are durable, whose power goes at the sync of that number, from 0.
    convenience init(_ files: Files, stoppingAtSync sync: Int) {
        self.init(files)
        syncsLeft = sync
    }

    /// A disk with files that are durable, some of whose operations fail.
    convenience init(_ files: Files, failing operations: Range<Int>, with error: SpoolError) {
        self.init(files)
        failing = operations
        failure = error
    }

    private init(_ files: Files) {
        for (name, bytes) in files {
            indexes[name] = contents.count
            contents.append(Content(synced: bytes, written: bytes))
        }
        syncedNames = indexes
    }

    /// The names now, sorted.
    var names: [String] { indexes.keys.sorted() }

    /// Whether the power is gone.
    private(set) var isOff = false

    /// One directory that a crash now may leave: of what is not synced it has this share.
    func afterCrash(keeping share: Double, using generator: inout some RandomNumberGenerator) -> Files {
        var names = syncedNames
        for change in changes where Double.random(in: 0..<1, using: &generator) < share {
            Self.apply(change, to: &names)
        }
        var files: Files = [:]
        for (name, index) in names.sorted(by: { $0.key < $1.key }) {
            let content = contents[index]
            let isKept = Double.random(in: 0..<1, using: &generator) < share
            files[name] = isKept ? content.written : content.remains.randomElement(using: &generator)
        }
        return files
    }

    /// Every directory that a crash now may leave.
    var afterCrash: Set<Files> {
        var results: Set<Files> = []
        for subset in 0..<(1 << changes.count) {
            var names = syncedNames
            for (index, change) in changes.enumerated() where subset >> index & 1 == 1 {
                Self.apply(change, to: &names)
            }
            var files: [Files] = [[:]]
            for (name, index) in names {
                files = files.flatMap { rest in
                    contents[index].remains.map { rest.merging([name: $0]) { $1 } }
                }
            }
            results.formUnion(files)
        }
        return results
    }

    private static func apply(_ change: Change, to names: inout [String: Int]) {
        switch change {
        case .create(let name, let index): names[name] = index
        case .rename(let from, let to): if let index = names.removeValue(forKey: from) { names[to] = index }
        case .remove(let name): names[name] = nil
        }
    }

    private func step(isSync: Bool = false) throws(SpoolError) {
        if operationsLeft == 0 || (isSync && syncsLeft == 0) { isOff = true }
        guard !isOff else { throw SpoolError(.host, "the power is gone") }
        operationsLeft -= 1
        if isSync { syncsLeft -= 1 }
        defer { operationCount += 1 }
        if failing.contains(operationCount) { throw failure }
    }

    private func make(_ change: Change) {
        Self.apply(change, to: &indexes)
        changes.append(change)
    }

    private func index(of name: String) throws(SpoolError) -> Int {
        guard let index = indexes[name] else { throw SpoolError(.notFound, name) }
        return index
    }

    // MARK: FileStore

    func create(_ name: String, _ bytes: [UInt8]) throws(SpoolError) {
        try step()
        guard indexes[name] == nil else { throw SpoolError(.alreadyThere, name) }
        make(.create(name, contents.count))
        contents.append(Content(synced: [], written: bytes))
    }

    func append(_ name: String, _ bytes: [UInt8]) throws(SpoolError) {
        guard let index = indexes[name] else { return try create(name, bytes) }
        do throws(SpoolError) {
            try step()
        } catch {
            // A disk that is full takes what fits.
            if !isOff { contents[index].written += bytes.prefix(bytes.count / 2) }
            throw error
        }
        contents[index].written += bytes
    }

    func syncFile(_ name: String) throws(SpoolError) {
        try step(isSync: true)
        let index = try index(of: name)
        contents[index].synced = contents[index].written
    }

    func rename(_ from: String, to: String) throws(SpoolError) {
        try step()
        _ = try index(of: from)
        guard indexes[to] == nil else { throw SpoolError(.alreadyThere, to) }
        make(.rename(from, to))
    }

    func remove(_ name: String) throws(SpoolError) {
        try step()
        _ = try index(of: name)
        make(.remove(name))
    }

    func syncDirectory() throws(SpoolError) {
        try step(isSync: true)
        syncedNames = indexes
        changes = []
        directorySyncCount += 1
    }
}
