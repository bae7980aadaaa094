// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import DequeModule

/// The due messages of one route in the order in which they are to be sent.
///
/// Pure. Urgent mail goes before normal, new before old, and within that each sender has one message after the other's: a
/// flood of one sender does not hold up one message of another. That nothing starves, every eighth turn is that of the
/// lane that would come last.
struct RouteLine {
    /// A message in line.
    ///
    /// One whose ticket is no longer valid has left by another way.
    struct Item {
        let slot: UInt32
        let ticket: UInt32
    }

    private struct Lane {
        let key: Int
        var messages: [UInt16: Deque<Item>] = [:]
        /// The senders that have messages, each once.
        var turns: Deque<UInt16> = []

        mutating func add(_ item: Item, of sender: UInt16, first: Bool) {
            if messages[sender, default: []].isEmpty {
                if first { turns.prepend(sender) } else { turns.append(sender) }
            }
            if first {
                messages[sender, default: []].prepend(item)
            } else {
                messages[sender, default: []].append(item)
            }
        }

        mutating func popFirst() -> Item? {
            guard let sender = turns.popFirst() else { return nil }
            let item = messages[sender]?.popFirst()
            if messages[sender]?.isEmpty ?? true { messages[sender] = nil } else { turns.append(sender) }
            return item
        }
    }

    private static let turnsOfTheFirst = 7

    /// The most urgent one first.
    private var lanes: [Lane] = []
    private var turnsTaken = 0

    /// Adds a message, behind those of its class or before them.
    mutating func add(_ item: Item, _ messageClass: MessageClass, first: Bool) {
        let index = lanes.firstIndex { $0.key <= messageClass.lane } ?? lanes.endIndex
        if index == lanes.endIndex || lanes[index].key != messageClass.lane {
            lanes.insert(Lane(key: messageClass.lane), at: index)
        }
        lanes[index].add(item, of: messageClass.sender, first: first)
    }

    /// Takes the message whose turn it is.
    mutating func popFirst() -> Item? {
        guard !lanes.isEmpty else { return nil }
        turnsTaken = (turnsTaken + 1) % (Self.turnsOfTheFirst + 1)
        let index = turnsTaken == 0 ? lanes.endIndex - 1 : 0
        let item = lanes[index].popFirst()
        if lanes[index].turns.isEmpty { lanes.remove(at: index) }
        return item
    }
}
