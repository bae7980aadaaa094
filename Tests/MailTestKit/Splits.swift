// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// All ways to cut bytes in two, and one way to cut them into single bytes.
package enum Splits {
    /// Each element is the same bytes in pieces.
    package static func all<Bytes: RandomAccessCollection<UInt8>>(of bytes: Bytes) -> [[Bytes.SubSequence]] {
        let halves = bytes.indices.map { [bytes[..<$0], bytes[$0...]] }
        return halves + [bytes.indices.map { bytes[$0...$0] }]
    }

    /// Pieces of random length, some of them empty.
    package static func random(
        of bytes: [UInt8],
        longest: Int,
        using generator: inout some RandomNumberGenerator
    ) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 0...longest, using: &generator))
            pieces.append(piece)
            rest = rest.dropFirst(piece.count)
        }
        return pieces
    }
}
