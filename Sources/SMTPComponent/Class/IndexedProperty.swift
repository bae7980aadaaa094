// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// A property with one value for each index from 0.
///
/// ```swift
/// smtp.messageRecipientCount = 1
/// smtp.messageRecipientAddress[0] = "alice@example.net"
/// ```
///
/// An index that does not exist is no trap: reading gives an empty value, setting changes nothing, and the error 193 is kept
/// as for any property that cannot be set.
public struct IndexedProperty<Value: Sendable>: Sendable {
    private let countNow: @Sendable () -> Int
    private let read: @Sendable (Int) -> Value
    private let write: @Sendable (Int, Value) -> Void

    init(
        count: @escaping @Sendable () -> Int,
        read: @escaping @Sendable (Int) -> Value,
        write: @escaping @Sendable (Int, Value) -> Void
    ) {
        countNow = count
        self.read = read
        self.write = write
    }

    /// The number of values.
    public var count: Int { countNow() }

    /// The value of an index.
    public subscript(index: Int) -> Value {
        get { read(index) }
        nonmutating set { write(index, newValue) }
    }
}
