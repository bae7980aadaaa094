// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Line ends as SMTP has them.
enum LineEnds {
    /// The bytes with CRLF in place of each CRLF, bare LF and bare CR, also at the end of the last line.
    ///
    /// - SeeAlso: RFC 5321 §2.3.8
    static func normalized(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + bytes.count / 32 + 2)
        var followsCR = false
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\n") where followsCR:
                followsCR = false
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                result += [0x0D, 0x0A]
                followsCR = byte == UInt8(ascii: "\r")
            default:
                result.append(byte)
                followsCR = false
            }
        }
        if let last = result.last, last != UInt8(ascii: "\n") { result += [0x0D, 0x0A] }
        return result
    }
}
