// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc

/// Decodes the events that a read from inotify gives.
///
/// Pure.
///
/// - SeeAlso: inotify(7), `struct inotify_event`: watch, mask, cookie, length of the name, name padded with NUL.
enum InotifyDecoder {
    private static let headLength = 16

    static func changes(in bytes: UnsafeRawBufferPointer) -> [QueueChange] {
        var changes: [QueueChange] = []
        var position = 0
        while position + headLength <= bytes.count {
            let mask = bytes.loadUnaligned(fromByteOffset: position + 4, as: UInt32.self)
            let length = Int(bytes.loadUnaligned(fromByteOffset: position + 12, as: UInt32.self))
            let end = position + headLength + length
            guard end <= bytes.count else { break }
            let name = bytes[(position + headLength)..<end].prefix { $0 != 0 }
            if let change = change(mask: Int(mask), name: String(decoding: name, as: UTF8.self)) {
                changes.append(change)
            }
            position = end
        }
        return changes
    }

    private static func change(mask: Int, name: String) -> QueueChange? {
        if mask & Int(IN_Q_OVERFLOW) != 0 { return .rescan }
        if mask & (Int(IN_DELETE_SELF) | Int(IN_MOVE_SELF) | Int(IN_IGNORED) | Int(IN_UNMOUNT)) != 0 {
            return .directoryLost
        }
        if name == ".paused" { return .pausedChanged }
        guard case .message(let stem, .queued) = SpoolFileName(parsing: name) else { return nil }
        if mask & Int(IN_MOVED_TO) != 0 { return .appeared(stem) }
        if mask & (Int(IN_CLOSE_WRITE) | Int(IN_ATTRIB)) != 0 { return .touched(stem) }
        return mask & (Int(IN_DELETE) | Int(IN_MOVED_FROM)) != 0 ? .vanished(stem) : nil
    }
}
