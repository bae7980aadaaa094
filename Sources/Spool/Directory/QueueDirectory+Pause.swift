// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc

/// The pause of the whole queue: a file `.paused`, which the daemon looks out for.
extension QueueDirectory {
    private static let pauseName = ".paused"

    /// Whether a file `.paused` of somebody trusted pauses the delivery.
    package var isPaused: Bool { (try? pauseIsTrusted()) == true }

    /// Pauses the delivery: what is on its way is brought to its end, nothing else is begun.
    ///
    /// - Returns: whether it was not paused before.
    /// - Throws: ``SpoolError`` with code `notPermitted` for whoever is neither root nor the owner of the directory: his
    ///   file would not be believed.
    package func pause() throws(SpoolError) -> Bool {
        try checkMayPause("pause")
        switch try pauseIsTrusted() {
        case true?: return false
        case false?: try JournalTrust.moveAside(Self.pauseName, in: handle)
        case nil: break
        }
        _ = try handle.create(Self.pauseName, mode: 0o600)
        try handle.sync()
        return true
    }

    /// Ends a pause.
    ///
    /// - Returns: whether it was paused before.
    /// - Throws: ``SpoolError`` with code `notPermitted` as for ``pause()``.
    package func resume() throws(SpoolError) -> Bool {
        try checkMayPause("resume")
        guard try pauseIsTrusted() != nil else { return false }
        try handle.remove(Self.pauseName)
        try handle.sync()
        return true
    }

    /// Whether the file is to be believed; nil when there is none.
    private func pauseIsTrusted() throws(SpoolError) -> Bool? {
        do throws(SpoolError) {
            let status = try handle.status(of: Self.pauseName)
            guard status.isRegular else { return false }
            return try JournalTrust.isTrusted(owner: status.owner, in: handle)
        } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }

    private func checkMayPause(_ verb: String) throws(SpoolError) {
        guard try JournalTrust.isSelfTrusted(in: handle) else {
            throw SpoolError(.notPermitted, "cannot \(verb) the queue: permission denied")
        }
    }
}
