// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

@testable import Spool

/// A directory in memory that stops after a number of operations, and then has lost any part of what was not synced.
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
    private var operationsLeft: Int
    /// How often the names were made durable.
    private(set) var directorySyncCount = 0

    /// A disk with files that are durable.
    init(_ files: Files, stoppingAfter operationCount: Int) {
        operationsLeft = operationCount
        for (name, bytes) in files {
            indexes[name] = contents.count
            contents.append(Content(synced: bytes, written: bytes))
        }
        syncedNames = indexes
    }

    /// The names now, sorted.
    var names: [String] { indexes.keys.sorted() }

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

    private func step() throws(SpoolError) {
        guard operationsLeft > 0 else { throw SpoolError(.host, "the power is gone") }
        operationsLeft -= 1
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
        try step()
        contents[index].written += bytes
    }

    func syncFile(_ name: String) throws(SpoolError) {
        try step()
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
        try step()
        syncedNames = indexes
        changes = []
        directorySyncCount += 1
    }
}
