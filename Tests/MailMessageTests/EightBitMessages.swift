// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit

/// Messages of 8 bits, long lines and NULs, with parts in any order.
enum EightBitMessages {
    private static let longLine = String(repeating: "x", count: 1200)

    /// A part of any kind with any content, its header first.
    static func part(depth: Int, using generator: inout SeededGenerator) -> [UInt8] {
        let end = Bool.random(using: &generator) ? "\r\n" : "\n"
        let subject =
            ["", "Subject: Grüße\(end)", "X-Note: \(longLine)\(end)"].randomElement(using: &generator) ?? ""
        let label = Bool.random(using: &generator) ? "Content-Transfer-Encoding: 8bit" + end : ""
        switch Int.random(in: 0...(depth < 4 ? 5 : 2), using: &generator) {
        case 0, 1:
            return Array((subject + label + "Content-Type: text/plain" + end + end).utf8) + text(&generator)
        case 2:
            return Array((subject + label + "Content-Type: image/png" + end + end).utf8) + text(&generator)
        case 3:
            let head = subject + label + "Content-Type: message/rfc822" + end + end
            return Array(head.utf8) + part(depth: depth + 1, using: &generator)
        default:
            let boundary = "b\(depth)"
            var bytes = Array(
                (subject + label + "Content-Type: multipart/mixed; boundary=\(boundary)" + end).utf8
            )
            bytes += Array(end.utf8) + (Bool.random(using: &generator) ? Array("Vorwort ü\(end)".utf8) : [])
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                bytes += Array("--\(boundary)\(end)".utf8) + part(depth: depth + 1, using: &generator)
                bytes += Array(end.utf8)
            }
            return bytes + Array("--\(boundary)--\(end)".utf8)
        }
    }

    private static func text(_ generator: inout SeededGenerator) -> [UInt8] {
        let words = [
            "Grüße ", "text ", "\n", "\r\n", "=", "你好", ".\n", "\t\n", longLine, "\0", "--\n", "\u{FF}",
        ]
        return (0..<Int.random(in: 0...12, using: &generator)).flatMap { _ in
            Array((words.randomElement(using: &generator) ?? "").utf8)
        }
    }
}
