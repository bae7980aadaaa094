// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The arguments of BDAT.
///
/// - SeeAlso: RFC 3030 §2
struct ChunkSize: Equatable {
    /// The bytes that follow the line.
    let byteCount: Int
    /// Whether they end the content.
    let isLast: Bool

    /// Reads `86 LAST` or `86`; nil when it is anything else.
    init?(_ argument: Substring) {
        let words = argument.split(separator: " ")
        guard let first = words.first, first.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let count = Int(first)
        else {
            return nil
        }
        switch words.count {
        case 1: isLast = false
        case 2 where words[1].uppercased() == "LAST": isLast = true
        default: return nil
        }
        byteCount = count
    }
}
