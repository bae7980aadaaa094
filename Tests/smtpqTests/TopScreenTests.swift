// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import Spool
import Testing

@testable import smtpq

@Suite("The screen of top")
struct TopScreenTests {
    private let now = Timestamp(millisecondsSinceEpoch: 1_700_000_000_000)

    private func screen(messageCount: Int = 0, relayCount: Int = 1, change: Int? = nil) throws -> TopScreen {
        let relays = (0..<relayCount).map {
            DaemonStatus.Relay(name: "relay-\($0)", state: .ok, reason: nil, connectionCount: 0)
        }
        let queue = try ScratchQueue(["order.queued"])
        let message = try queue.queue.summary(of: MessageStem("order"), in: .queued)
        return TopScreen(
            status: QueueStatus(
                path: "/var/spool/smtpq",
                isLocked: true,
                holder: 7,
                written: DaemonStatus(
                    processID: 7,
                    started: now,
                    updated: now,
                    activeCount: 0,
                    queuedCount: 0,
                    isPaused: false,
                    hostFault: nil,
                    relays: relays
                ),
                counts: [:],
                oldest: nil,
                isPaused: false
            ),
            messages: Array(repeating: message, count: messageCount),
            counts: change.map {
                (.init(waiting: 0, time: now.adding(.seconds(-4))), .init(waiting: $0, time: now))
            },
            now: now
        )
    }

    @Test(
        "has as many lines as the terminal, none wider, and says how to leave",
        arguments: [(80, 24), (200, 50), (20, 6), (1, 1)]
    )
    func size(columns: Int, rows: Int) throws {
        for (messageCount, relayCount) in [(0, 1), (100, 1), (100, 100), (3, 0)] {
            let screen = try screen(messageCount: messageCount, relayCount: relayCount, change: 3)
            let lines = screen.lines(columns: columns, rows: rows, palette: Palette(isOn: false))
            #expect(lines.count == rows)
            #expect(lines.allSatisfy { $0.count <= columns })
            #expect(lines.last == String("q ends this".prefix(columns)))
        }
    }

    @Test("leaves room for the mail when there are many relays")
    func manyRelays() throws {
        let lines = try screen(messageCount: 100, relayCount: 100).lines(
            columns: 80,
            rows: 24,
            palette: Palette(isOn: false)
        )
        #expect(lines.contains { $0.hasPrefix("ID") })
        #expect(lines.count { $0.hasPrefix("order") } >= 8)
    }

    @Test(
        "tells how fast the queue changes",
        arguments: [(10, "2.5 a second more wait"), (-40, "10.0 a second fewer wait"), (0, "none")]
    )
    func change(difference: Int, expected: String) throws {
        let lines = try screen(change: difference).lines(columns: 80, rows: 24, palette: Palette(isOn: false))
        #expect(lines.contains("change  " + expected))
    }
}
