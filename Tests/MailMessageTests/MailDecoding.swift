// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Foundation

/// Decoders written for the tests alone, so that no encoder is judged by its own counterpart.
enum MailDecoding {
    /// Text of quoted-printable lines.
    static func quotedPrintable(_ text: String) -> String {
        String(decoding: quotedBytes(text.replacing("=\r\n", with: "")), as: UTF8.self)
    }

    /// Text of base64 lines.
    static func base64(_ text: String) -> String {
        let data = Data(base64Encoded: text, options: .ignoreUnknownCharacters) ?? Data()
        return String(decoding: data, as: UTF8.self)
    }

    /// Bytes of text in which some stand as `=XX`.
    private static func quotedBytes(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "=") else {
                bytes.append(byte)
                continue
            }
            bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
            rest = rest.dropFirst(2)
        }
        return bytes
    }

    /// The value of a header field as a reader sees it: unfolded, encoded words decoded, blanks between two of them dropped.
    static func headerValue(_ field: String) -> String {
        let unfolded = field.replacing("\r\n", with: "")
        let value = unfolded.split(separator: ":", maxSplits: 1).dropFirst().joined().unicodeScalars.drop {
            $0 == " "
        }
        let packed = String(value).replacing("?= =?", with: "?==?")
        return packed.replacing(#/=\?([a-z0-9-]+)\?([BQ])\?([^?]*)\?=/#) { match in
            // A character is never divided, so that each word is text of its own.
            bytes(of: String(match.3), isBase64: match.2 == "B").flatMap {
                String(bytes: $0, encoding: encodings[String(match.1)] ?? .utf8)
            } ?? "?"
        }
    }

    private static let encodings: [String: String.Encoding] = [
        "us-ascii": .ascii, "iso-8859-1": .isoLatin1, "windows-1252": .windowsCP1252, "utf-8": .utf8,
    ]

    private static func bytes(of word: String, isBase64: Bool) -> Data? {
        guard !isBase64 else { return Data(base64Encoded: word) }
        return Data(quotedBytes(word.replacing("_", with: " ")))
    }
}
