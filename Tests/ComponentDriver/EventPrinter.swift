// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import SMTPComponent

/// Writes the events of a component under the names that documents have for them.
enum EventPrinter {
    /// Has all events written.
    static func attach(to smtp: SMTP, _ output: LineWriter) {
        smtp.onEvent = { event in
            var line: [String: any Sendable] = ["event": event.kind.name]
            for (name, value) in zip(event.kind.arguments, event.values) {
                if case .number(let number) = value { line[name] = number } else { line[name] = value.string }
            }
            output.write(line)
        }
    }
}
