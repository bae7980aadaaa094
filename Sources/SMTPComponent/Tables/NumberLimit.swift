// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The largest numbers that settings take, far beyond use and short of an overflow.
enum NumberLimit {
    /// A century.
    static let seconds = 3_155_760_000
    static let milliseconds = Int(Int32.max)
    static let bytes = 1 << 40
    static let bufferBytes = 1 << 30
}
