// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import NIOCore
import SMTPClient
import SMTPProtocol

/// An actor on an event loop, as the delivery is one.
actor LoopActor {
    private let loop: any EventLoop

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.executor.asUnownedSerialExecutor() }

    init(_ loop: any EventLoop) {
        self.loop = loop
    }

    /// Sends a message to its end; returns whether its content was asked for at once.
    func begin(
        _ transaction: MailTransaction,
        _ content: any ContentSource,
        over connection: RelayConnection
    ) async -> Bool {
        let told = Collector<Int64>()
        let sending = Task.immediate {
            _ = await connection.send(transaction, content: content) { told.add($0) }
            return self
        }
        let isBegun = !told.values.isEmpty
        _ = await sending.value
        return isBegun
    }
}
