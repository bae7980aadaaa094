// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
package import Logging

/// Writes log lines to standard error as logfmt, one line each.
///
/// Where standard error is no terminal each line begins with `<N>`, the syslog priority, which the service manager and
/// others understand.
package struct LogfmtLogHandler: LogHandler {
    private let descriptor: Int32
    private let hasPriority: Bool

    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    package var logLevel: Logger.Level

    /// A handler for this process's standard error, or another open file.
    ///
    /// The file stays the caller's.
    package init(logLevel: Logger.Level, descriptor: Int32 = STDERR_FILENO) {
        self.logLevel = logLevel
        self.descriptor = descriptor
        hasPriority = isatty(descriptor) == 0
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let line = LogfmtLine(
            time: Self.now(),
            level: event.level,
            message: event.message.description,
            error: event.error,
            metadata: event.allMetadata(handler: metadata, provider: metadataProvider),
            hasPriority: hasPriority
        )
        var text = line.text
        text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
    }

    /// One call for a line, so that lines of several threads do not mix.
    ///
    /// A closed standard error is nobody's fault.
    private func write(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(
                descriptor,
                UnsafeRawBufferPointer(rebasing: rest).baseAddress,
                rest.count
            )
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                return
            }
        }
    }

    /// The time in UTC, to the second.
    private static func now() -> String {
        var seconds = time(nil)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        return String(unsafeUninitializedCapacity: 32) { buffer in
            buffer.withMemoryRebound(to: CChar.self) {
                strftime($0.baseAddress, $0.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
            }
        }
    }
}
