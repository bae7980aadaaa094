// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Times and sizes as people write them: a number, blanks if one likes, a unit.
///
/// | text | value |
/// |---|---|
/// | `30`, `30s`, `30 sec` | 30 seconds |
/// | `5m`, `5min` | 5 minutes |
/// | `4h`, `5d`, `2w` | hours, days, weeks |
/// | `4096`, `4096B` | 4096 bytes |
/// | `64KiB`, `100MiB`, `1GiB` | powers of 1024 |
/// | `64kB`, `100MB`, `1GB` | powers of 1000 |
enum Quantity {
    private static let secondsPerUnit: [String: Int64] = [
        "": 1, "s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400, "w": 604_800,
    ]
    private static let bytesPerUnit: [String: Int64] = [
        "": 1, "b": 1, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "kb": 1000, "mb": 1_000_000,
        "gb": 1_000_000_000,
    ]
    /// Longer than ten years is a mistake.
    private static let longest: Int64 = 10 * 366 * 86_400

    /// A time of at least one second and at most ten years.
    static func duration(_ text: String) -> Duration? {
        guard let seconds = value(text, units: secondsPerUnit), seconds <= longest else { return nil }
        return .seconds(seconds)
    }

    /// A size of at least one byte.
    static func byteCount(_ text: String) -> Int64? { value(text, units: bytesPerUnit) }

    private static func value(_ text: String, units: [String: Int64]) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }.lowercased()
        guard let number = Int64(digits), number > 0, let factor = units[unit] else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: factor)
        return overflow ? nil : product
    }
}
