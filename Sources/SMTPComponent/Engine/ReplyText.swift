// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The last complete reply of the server, put together from its lines.
///
/// ```
/// 250-relay.example
/// 250 SIZE 1000          "250-relay.example\r\n250 SIZE 1000"
/// ```
struct ReplyText: Sendable {
    /// Most lines of a reply that are kept.
    private static let lineLimit = 1000

    private var lines: [String] = []
    /// The reply: its lines joined by CRLF.
    var last = ""

    /// Takes the next line.
    mutating func add(_ line: String) {
        if lines.count < Self.lineLimit { lines.append(line) }
        guard line.utf8.dropFirst(3).first != UInt8(ascii: "-") else { return }
        last = lines.joined(separator: "\r\n")
        lines = []
    }
}
