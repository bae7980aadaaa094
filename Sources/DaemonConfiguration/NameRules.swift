// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc

/// What texts of the configuration may look like.
package enum NameRules {
    /// A letter, digit, point, hyphen or underscore: what names that end up in logs and file names are made of.
    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default:
            false
        }
    }

    /// A relay's name: 1 to 64 name bytes.
    static func isRelayName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && text.utf8.allSatisfy(isNameByte)
    }

    /// A host name in ASCII (RFC 1123 §2.1, underscores tolerated), without the port or brackets that people add.
    package static func isHostName(_ text: String) -> Bool {
        guard (1...253).contains(text.utf8.count) else { return false }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy(isNameByte)
        }
    }

    /// An IPv4 or IPv6 address, without a zone.
    package static func isAddress(_ text: String) -> Bool {
        var room = in6_addr()
        return inet_pton(AF_INET, text, &room) == 1 || inet_pton(AF_INET6, text, &room) == 1
    }

    /// What follows EHLO: a domain, or an address literal in brackets (RFC 5321 §4.1.3).
    ///
    /// Nothing in it ends the command or begins a parameter.
    package static func isGreetingName(_ text: String) -> Bool {
        guard let first = text.first, text.utf8.count <= 255 else { return false }
        guard first == "[" else { return isHostName(text) }
        guard text.last == "]" else { return false }
        let inner = String(text.dropFirst().dropLast())
        return isAddress(inner.hasPrefix("IPv6:") ? String(inner.dropFirst(5)) : inner)
    }
}
