// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Gives each of many stems a small number, its slot, and keeps their bytes packed together.
///
/// Pure. A stem takes its own bytes and about thirty more, without an allocation of its own: a million waiting messages are
/// some sixty megabytes. Each operation takes constant time, but for a compaction after many removals.
package struct StemTable: Sendable {
    /// The number of a stem, given to another one after its removal.
    package typealias Slot = UInt32

    private struct Record {
        var offset: Int
        var hash: UInt32
        /// 0 for a slot that is free.
        var length: UInt8
    }

    private var bytes: [UInt8] = []
    private var records: [Record] = []
    private var freeSlots: [Slot] = []
    private var wastedByteCount = 0
    /// Slots plus one, 0 where none is, found by their hash with linear probing; the count is a power of two.
    private var buckets: [Slot] = Array(repeating: 0, count: 16)

    /// Stems in the table.
    package private(set) var count = 0
    /// All slots are below this number.
    package var slotLimit: Int { records.count }

    /// An empty table.
    package init() {}

    /// The stem of a slot in use.
    package subscript(_ slot: Slot) -> MessageStem {
        MessageStem(unchecked: String(decoding: text(of: records[Int(slot)]), as: UTF8.self))
    }

    /// The slot of a stem; nil when the table does not have it.
    package func slot(of stem: MessageStem) -> Slot? {
        var name = stem.text
        return name.withUTF8 { name in bucket(of: name, Self.hash(name)).map { buckets[$0] - 1 } }
    }

    /// The slot of a stem, which is added when it is not there.
    package mutating func insert(_ stem: MessageStem) -> (slot: Slot, isNew: Bool) {
        var name = stem.text
        return name.withUTF8 { name in
            let hash = Self.hash(name)
            if let bucket = bucket(of: name, hash) { return (buckets[bucket] - 1, false) }
            if 2 * (count + 1) > buckets.count { grow() }
            let record = Record(offset: bytes.count, hash: hash, length: UInt8(clamping: name.count))
            bytes.append(contentsOf: name)
            let slot = freeSlots.popLast() ?? Slot(clamping: records.count)
            if Int(slot) == records.count { records.append(record) } else { records[Int(slot)] = record }
            place(slot)
            count += 1
            return (slot, true)
        }
    }

    /// Removes the stem of a slot in use.
    package mutating func remove(_ slot: Slot) {
        let record = records[Int(slot)]
        var gap = home(record.hash)
        while buckets[gap] != slot + 1 { gap = next(gap) }
        // Those behind the gap move up, as far as their own homes allow, so that no search ends too early.
        var other = next(gap)
        while buckets[other] != 0 {
            let home = home(records[Int(buckets[other] - 1)].hash)
            if (other - home) & mask >= (other - gap) & mask {
                buckets[gap] = buckets[other]
                gap = other
            }
            other = next(other)
        }
        buckets[gap] = 0
        wastedByteCount += Int(record.length)
        records[Int(slot)].length = 0
        freeSlots.append(slot)
        count -= 1
        if wastedByteCount > 4096, wastedByteCount > bytes.count / 2 { compact() }
    }

    // MARK: Inside

    private var mask: Int { buckets.count - 1 }
    private func home(_ hash: UInt32) -> Int { Int(hash) & mask }
    private func next(_ bucket: Int) -> Int { (bucket + 1) & mask }

    private func text(of record: Record) -> ArraySlice<UInt8> {
        bytes[record.offset..<(record.offset + Int(record.length))]
    }

    private static func hash(_ name: UnsafeBufferPointer<UInt8>) -> UInt32 {
        // Seeded at random for each process: names that an attacker chooses do not meet in one bucket.
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(name))
        return UInt32(hasher.finalize() & 0xFFFF_FFFF)
    }

    private func bucket(of name: UnsafeBufferPointer<UInt8>, _ hash: UInt32) -> Int? {
        var bucket = home(hash)
        while buckets[bucket] != 0 {
            let record = records[Int(buckets[bucket] - 1)]
            if record.hash == hash, Int(record.length) == name.count, text(of: record).elementsEqual(name) {
                return bucket
            }
            bucket = next(bucket)
        }
        return nil
    }

    private mutating func place(_ slot: Slot) {
        var bucket = home(records[Int(slot)].hash)
        while buckets[bucket] != 0 { bucket = next(bucket) }
        buckets[bucket] = slot + 1
    }

    private mutating func grow() {
        buckets = Array(repeating: 0, count: 2 * buckets.count)
        for (slot, record) in records.enumerated() where record.length > 0 { place(Slot(clamping: slot)) }
    }

    private mutating func compact() {
        var packed: [UInt8] = []
        packed.reserveCapacity(bytes.count - wastedByteCount)
        for slot in records.indices where records[slot].length > 0 {
            let text = text(of: records[slot])
            records[slot].offset = packed.count
            packed += text
        }
        bytes = packed
        wastedByteCount = 0
    }
}
