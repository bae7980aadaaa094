// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// An IP address in brackets in place of a domain: `[192.0.2.1]`, `[IPv6:2001:db8::1]`.
///
/// Other literals (`[tag:…]`) have no registered tag and are refused.
///
/// - SeeAlso: RFC 5321 §4.1.3, RFC 4291 §2.2
enum AddressLiteral {
    private static let tag = "ipv6:"

    /// Whether the bytes are an address literal, brackets included.
    static func isWellFormed(_ bytes: some BidirectionalCollection<UInt8>) -> Bool {
        guard bytes.count > 2, bytes.first == UInt8(ascii: "["), bytes.last == UInt8(ascii: "]") else {
            return false
        }
        let text = bytes.dropFirst().dropLast()
        let head = String(decoding: text.prefix(tag.utf8.count), as: UTF8.self).lowercased()
        return head == tag ? isVersion6(text.dropFirst(tag.utf8.count)) : isVersion4(text)
    }

    /// Four numbers from 0 to 255, without leading zeros, which some read as octal.
    static func isVersion4(_ bytes: some Collection<UInt8>) -> Bool {
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                guard (1...3).contains(part.count), part.allSatisfy({ (0x30...0x39).contains($0) }) else {
                    return false
                }
                guard part.count == 1 || part.first != UInt8(ascii: "0") else { return false }
                return part.reduce(0) { $0 * 10 + Int($1 - 0x30) } <= 255
            }
    }

    /// Eight groups of up to four hexadecimal digits, one run of zero groups as `::`, the last two groups possibly as IPv4.
    private static func isVersion6(_ bytes: some Collection<UInt8>) -> Bool {
        let colon = UInt8(ascii: ":")
        let parts = bytes.split(separator: colon, omittingEmptySubsequences: false)
        // `::` at either end makes two empty parts there, elsewhere one.
        guard (3...9).contains(parts.count) else { return false }
        var groups = parts.map { $0 }
        let beginsOpen = groups[0].isEmpty
        if beginsOpen {
            guard groups[1].isEmpty else { return false }
            groups.removeFirst()
        }
        if let last = groups.last, last.isEmpty {
            guard groups.count >= 2, groups[groups.count - 2].isEmpty else { return false }
            groups.removeLast()
        }
        var count = 0
        var hasRun = false
        for (index, group) in groups.enumerated() {
            if group.isEmpty {
                guard !hasRun else { return false }
                hasRun = true
            } else if index == groups.count - 1, group.contains(UInt8(ascii: ".")) {
                guard isVersion4(group) else { return false }
                count += 2
            } else {
                guard group.count <= 4, group.allSatisfy(isHexadecimal) else { return false }
                count += 1
            }
        }
        return hasRun ? count <= 7 : count == 8
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}
