// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Logging

/// One log line as logfmt: `key=value` pairs with blanks between them.
///
/// ```
/// <6>time=2026-11-24T04:10:03Z level=info msg="order-1001: delivered" SMTPQ_ID=order-1001
/// ```
///
/// A value with blanks, quotes or anything that is not printable ASCII stands in quotes; controls in it are escaped, so
/// that no value can end its line or reach the terminal.
struct LogfmtLine: Hashable, Sendable {
    /// The line with its line end.
    let text: String

    /// Makes the line of a log event.
    ///
    /// With `hasPriority` the line begins with `<N>`, the syslog priority by which the service manager and others know
    /// the level of a line on standard error (sd-daemon(3)).
    init(
        time: String,
        level: Logger.Level,
        message: String,
        error: (any Error)?,
        metadata: Logger.Metadata,
        hasPriority: Bool
    ) {
        var line = hasPriority ? "<\(SyslogPriority(level).rawValue)>" : ""
        line += "time=\(time) level=\(level.rawValue) msg=\(Self.value(message))"
        if let error { line += " error=\(Self.value("\(error)"))" }
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            line += " \(Self.key(key))=\(Self.value("\(value)"))"
        }
        text = line + "\n"
    }

    /// A key has no quotes to hide in: whatever is not plain in it becomes an underscore.
    private static func key(_ text: String) -> String {
        guard !text.isEmpty else { return "_" }
        if isPlain(text) { return text }
        let scalars = text.unicodeScalars.map { scalar in
            UInt8(exactly: scalar.value).map(isPlain) ?? false ? scalar : "_"
        }
        return String(String.UnicodeScalarView(scalars))
    }

    private static func value(_ text: String) -> String {
        if isPlain(text), !text.isEmpty { return text }
        if text.utf8.allSatisfy({ isPlain($0) || $0 == 0x20 || $0 == 0x3D }) { return "\"" + text + "\"" }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case _ where isControl(scalar): quoted += "\\u{\(String(scalar.value, radix: 16))}"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    private static func isPlain(_ text: String) -> Bool { text.utf8.allSatisfy(isPlain) }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "=")
            && byte != UInt8(ascii: "\\")
    }

    /// C0, DEL, C1, the Unicode line ends, and what turns the direction of text around.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1F, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069, 0x200E, 0x200F, 0x061C: true
        default: false
        }
    }
}
