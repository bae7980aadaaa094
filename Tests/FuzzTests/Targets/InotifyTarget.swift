// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

@testable import Spool

/// What a read from inotify gives.
enum InotifyTarget {
    static func run(_ input: [UInt8]) throws(Violation) {
        let changes = input.withUnsafeBytes { InotifyDecoder.changes(in: $0) }
        try Violation.unless(changes.count <= input.count / 16, "an event has a head")
        for change in changes {
            switch change {
            case .appeared(let stem), .touched(let stem), .vanished(let stem):
                try Violation.unless(MessageStem.isWellFormed(stem.text.utf8), "a name is well-formed")
            case .pausedChanged, .rescan, .directoryLost: break
            }
        }
        let twice = (input + input).withUnsafeBytes { InotifyDecoder.changes(in: $0) }
        try Violation.unless(twice.starts(with: changes), "what follows an event does not change it")
    }
}
