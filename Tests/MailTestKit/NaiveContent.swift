// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import SMTPProtocol

/// What the scanner and the encoder must do, in the plainest words: the lines of a message, one after the other.
package struct NaiveContent {
    /// The lines without their ends.
    package let lines: [[UInt8]]

    /// Takes a message apart.
    package init(_ bytes: [UInt8]) {
        var lines: [[UInt8]] = [[]]
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case 0x0D:
                lines.append([])
                if index + 1 < bytes.count, bytes[index + 1] == 0x0A { index += 1 }
            case 0x0A: lines.append([])
            default: lines[lines.count - 1].append(bytes[index])
            }
            index += 1
        }
        if lines.last == [] { lines.removeLast() }
        self.lines = lines
    }

    /// The form after DATA.
    package var wire: [UInt8] {
        lines.flatMap { line in (line.first == 0x2E ? [0x2E] : []) + line + [0x0D, 0x0A] } + [
            0x2E, 0x0D, 0x0A,
        ]
    }

    /// The form after BDAT.
    package var chunks: [UInt8] { lines.flatMap { $0 + [0x0D, 0x0A] } }

    /// What must be known of it.
    package var facts: ContentFacts {
        let header = lines.prefix { !$0.isEmpty }
        return ContentFacts(
            wireByteCount: Int64(lines.reduce(0) { $0 + $1.count + 2 }),
            isEightBit: lines.contains { $0.contains { $0 > 127 } },
            longestLine: lines.map(\.count).max() ?? 0,
            hasNUL: lines.contains { $0.contains(0) },
            hasNonASCIIHeader: header.contains { $0.contains { $0 > 127 } }
        )
    }
}
