// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage

/// The name of a message in the queue directory, without its state: unique there, given by whoever drops the message.
///
/// 1 to 200 bytes of `A-Z a-z 0-9 . _ - + =`, the first of them no point: hidden names are files that are being written.
package struct MessageStem: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Most bytes of a stem.
    package static let maximumLength = 200

    /// The name.
    package let text: String

    /// Checks a name.
    ///
    /// - Throws: ``SpoolError`` with code `name`.
    package init(_ text: some StringProtocol) throws(SpoolError) {
        guard Self.isWellFormed(text.utf8) else {
            throw SpoolError(
                .name,
                "\"\(PrintableText(text, limitBytes: 80))\" is no message name: 1 to 200 of A-Z a-z 0-9 . _ - + =, not beginning with a point"
            )
        }
        self.text = String(text)
    }

    /// A new name that no other message has: 128 random bits.
    package static func random() -> MessageStem {
        var generator = SystemRandomNumberGenerator()
        return MessageStem(bits: [generator.next(), generator.next()])
    }

    /// The name that always belongs to these texts: 128 bits of their hash, so that whoever means the same thing finds it.
    package static func derived(from texts: [String]) -> MessageStem {
        // With its length before it no text can run into the next.
        let all = texts.map { "\($0.utf8.count):\($0)" }.joined()
        let words = SHA256.hash(Array(all.utf8)).map(UInt64.init)
        return MessageStem(bits: [words[0] << 32 | words[1], words[2] << 32 | words[3]])
    }

    /// A name of 128 bits, in hexadecimal digits.
    private init(bits: [UInt64]) {
        let halves = bits.map { half in
            let digits = String(half, radix: 16)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }
        self.init(unchecked: halves.joined())
    }

    init(unchecked text: String) { self.text = text }

    static func isWellFormed(_ bytes: some Collection<UInt8>) -> Bool {
        guard let first = bytes.first, first != UInt8(ascii: "."), bytes.count <= maximumLength else {
            return false
        }
        return bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "="):
                true
            default:
                false
            }
        }
    }

    package static func < (left: Self, right: Self) -> Bool { left.text < right.text }

    package var description: String { text }
}
