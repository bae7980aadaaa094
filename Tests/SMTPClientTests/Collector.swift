// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Synchronization

/// Collects what arrives on other threads.
final class Collector<Value: Sendable>: Sendable {
    private let collected = Mutex<[Value]>([])

    func add(_ value: Value) {
        collected.withLock { $0.append(value) }
    }

    var values: [Value] { collected.withLock(\.self) }
}
