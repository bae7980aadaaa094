// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import SMTPComponent

/// Writes the events of a component under the names that documents have for them.
enum EventPrinter {
    /// Has all events written.
    static func attach(to smtp: SMTP, _ output: LineWriter) {
        @Sendable func write(_ kind: EventKind, _ values: any Sendable...) {
            var line: [String: any Sendable] = ["event": kind.name]
            for (name, value) in zip(kind.arguments, values) { line[name] = value }
            output.write(line)
        }
        smtp.onConnectionStatus = { write(.connectionStatus, $0, $1, $2) }
        smtp.onEndTransfer = { write(.endTransfer, $0.rawValue) }
        smtp.onError = { write(.error, $0, $1) }
        smtp.onExpand = { write(.expand, $0) }
        smtp.onPITrail = { write(.piTrail, $0.rawValue, $1) }
        smtp.onStartTransfer = { write(.startTransfer, $0.rawValue) }
        smtp.onTransfer = { write(.transfer, $0.rawValue, Int($1), $2) }
    }
}
