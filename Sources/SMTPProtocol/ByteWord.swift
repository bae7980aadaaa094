// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Eight bytes of content looked at together, the first one in memory lowest.
///
/// A lane is one byte of the word. The lane tests give a word whose lowest set bit stands in the first lane that
/// matches (borrows only run upwards, so later lanes may be reported wrongly; nobody asks for those).
struct ByteWord {
    /// The number of bytes in a word.
    static let byteCount = 8

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    let bits: UInt64

    /// Loads eight bytes from any address.
    @inline(__always)
    init(at address: UnsafeRawPointer) {
        bits = UInt64(littleEndian: address.loadUnaligned(as: UInt64.self))
    }

    /// Where CR and LF stand.
    @inline(__always)
    var lineBreaks: UInt64 {
        Self.zeroLanes(bits ^ (Self.ones &* 0x0D)) | Self.zeroLanes(bits ^ (Self.ones &* 0x0A))
    }

    /// Not zero when a NUL stands in the word.
    @inline(__always)
    var nuls: UInt64 { Self.zeroLanes(bits) }

    /// Not zero when a byte above 127 stands in the word.
    @inline(__always)
    var eightBits: UInt64 { bits & Self.highBits }

    /// The number of lanes before the first match of a test that matched.
    @inline(__always)
    static func firstLane(of matches: UInt64) -> Int { matches.trailingZeroBitCount / 8 }

    /// The bits of the first `count` lanes, for fewer than eight.
    @inline(__always)
    static func lanes(before count: Int) -> UInt64 { (1 << UInt64(count * 8)) &- 1 }

    @inline(__always)
    private static func zeroLanes(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & highBits }
}
