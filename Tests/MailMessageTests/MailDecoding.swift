// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Foundation

/// Decoders written for the tests alone, so that no encoder is judged by its own counterpart.
enum MailDecoding {
    /// Text of quoted-printable lines.
    static func quotedPrintable(_ text: String) -> String {
        let joined = text.replacing("=\r\n", with: "")
        var bytes: [UInt8] = []
        var rest = Array(joined.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "=") else {
                bytes.append(byte)
                continue
            }
            bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The value of a header field as a reader sees it: unfolded, encoded words decoded, blanks between two of them dropped.
    static func headerValue(_ field: String) -> String {
        let unfolded = field.replacing("\r\n", with: "")
        let value = unfolded.split(separator: ":", maxSplits: 1).dropFirst().joined().drop { $0 == " " }
        let packed = String(value).replacing("?= =?", with: "?==?")
        return packed.replacing(#/=\?utf-8\?B\?([A-Za-z0-9+/=]*)\?=/#) { match in
            // A character is never divided, so that each word is text of its own.
            Data(base64Encoded: String(match.1)).flatMap { String(bytes: $0, encoding: .utf8) } ?? "?"
        }
    }
}
