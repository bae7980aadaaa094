// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

@testable import Spool

/// A directory on which the file operation of a number fails, counted from 0; all before and behind it succeed.
final class FaultyStore: FileStore {
    /// What a spool with a mistake would leave out.
    enum Mistake {
        case append, rename
    }

    private let directory: PosixFileStore
    private var operationsLeft: Int?
    private let mistake: Mistake?

    init(_ queue: QueueDirectory, failingAt operation: Int?, mistake: Mistake?) {
        directory = PosixFileStore(directory: queue.handle)
        operationsLeft = operation
        self.mistake = mistake
    }

    private func step() throws(SpoolError) {
        guard let left = operationsLeft else { return }
        operationsLeft = left > 0 ? left - 1 : nil
        if left == 0 { throw SpoolError(.noSpace, "the disk is full") }
    }

    func create(_ name: String, _ bytes: [UInt8]) throws(SpoolError) {
        try step()
        try directory.create(name, bytes)
    }

    func append(_ name: String, _ bytes: [UInt8]) throws(SpoolError) {
        try step()
        if mistake != .append { try directory.append(name, bytes) }
    }

    func syncFile(_ name: String) throws(SpoolError) {
        try step()
        if mistake != .append { try directory.syncFile(name) }
    }

    func rename(_ from: String, to: String) throws(SpoolError) {
        try step()
        if mistake != .rename { try directory.rename(from, to: to) }
    }

    func remove(_ name: String) throws(SpoolError) {
        try step()
        try directory.remove(name)
    }

    func syncDirectory() throws(SpoolError) {
        try step()
        try directory.syncDirectory()
    }
}
