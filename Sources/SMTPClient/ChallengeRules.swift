// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// What a server may ask of a mechanism of libgsasl: the library itself sets no bounds here.
enum ChallengeRules {
    /// The most rounds of hashing for SCRAM: about a second's work.
    static let iterationLimit = 1_000_000
    /// The longest challenge; those of Kerberos may carry a certificate of rights.
    static let byteLimit = 48 << 10
    /// The longest name for NTLM, and in bytes of UTF-16 the longest name of its server.
    ///
    /// The library writes name, name again, server and 48 bytes of answers into 1024, and does not look whether they fit.
    static let ntlmLimits = (userByteCount: 100, targetByteCount: 510)

    /// What is wrong with a challenge; nil where the library may see it.
    static func objection(to challenge: [UInt8], of mechanism: SASLMechanism) -> String? {
        guard challenge.count <= byteLimit else {
            return "the server sent a login challenge that is too long"
        }
        switch mechanism {
        case .gssapi: return nil
        case .ntlm: return objection(toNTLM: challenge)
        default: break
        }
        guard !challenge.contains(0) else { return "the server sent a login challenge with a NUL in it" }
        let isHashed = mechanism == .scramSHA1 || mechanism == .scramSHA256
        return isHashed ? objection(toSCRAM: challenge) : nil
    }

    /// The count of iterations is the server's to choose, and all the work is the client's (RFC 5802 §5.1).
    private static func objection(toSCRAM challenge: [UInt8]) -> String? {
        for attribute in challenge.split(separator: UInt8(ascii: ","))
        where attribute.starts(with: "i=".utf8) {
            guard let count = Int(String(decoding: attribute.dropFirst(2), as: UTF8.self)), count > 0 else {
                return "the server sent a login challenge that the mechanism does not understand"
            }
            guard count <= iterationLimit else {
                return "the server asks for \(count) rounds of hashing, more than \(iterationLimit)"
            }
        }
        return nil
    }

    /// Why the type 2 message is not handed to the library, which copies its text from wherever the header points to.
    ///
    /// ```
    ///  0  "NTLMSSP" NUL       12  length of the target's name, room for it    20  flags        32  more, or the end
    ///  8  2, four bytes       16  where it begins, four bytes                 24  challenge
    /// ```
    ///
    /// Numbers have their low byte first. The library has room for 1072 bytes in all.
    private static func objection(toNTLM challenge: [UInt8]) -> String? {
        let unreadable = "the server sent a login challenge that is not NTLM's"
        // Some servers begin with an empty challenge: the library answers it with its first message.
        if challenge.isEmpty { return nil }
        guard (32...1072).contains(challenge.count),
            challenge.starts(with: Array("NTLMSSP\0\u{2}\0\0\0".utf8))
        else { return unreadable }
        let length = Int(challenge[12]) + Int(challenge[13]) << 8
        let start = (16...19).reversed().reduce(0) { $0 << 8 + Int(challenge[$1]) }
        guard length % 2 == 0, length <= ntlmLimits.targetByteCount, start + length <= challenge.count
        else { return unreadable }
        return nil
    }
}
