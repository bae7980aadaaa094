// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
package import Logging

/// Where log lines go.
package enum LogDestination: Hashable, Sendable {
    /// The systemd journal, with structured fields.
    case journal
    /// Standard error, as logfmt.
    case standardError

    /// The journal when standard error is connected to it, unless the foreground was asked for.
    ///
    /// - SeeAlso: systemd.exec(5), `$JOURNAL_STREAM`
    package static func choose(foreground: Bool) -> LogDestination {
        guard !foreground, let stream = getenv("JOURNAL_STREAM") else { return .standardError }
        var status = stat()
        guard fstat(STDERR_FILENO, &status) == 0 else { return .standardError }
        return String(cString: stream) == "\(status.st_dev):\(status.st_ino)" ? .journal : .standardError
    }

    /// A logger that writes there.
    package func logger(label: String, level: Logger.Level) -> Logger {
        Logger(label: label) { label in
            switch self {
            case .journal: JournalLogHandler(identifier: label, logLevel: level)
            case .standardError: LogfmtLogHandler(logLevel: level)
            }
        }
    }
}
