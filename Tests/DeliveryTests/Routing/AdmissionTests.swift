// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Delivery
import MailTestKit
import Testing

@Suite("Admission")
struct AdmissionTests {
    private typealias Relay = Admission.Relay

    /// Admits messages of a route over three relays until one must wait; returns how many each took.
    private func taken(_ ranks: [[Int]], _ relays: [Admission.Relay], atMost limit: Int = 1000) -> [Int] {
        var admission = Admission(
            routing: RoutingTable(routes: [Route(name: "r", ranks: ranks)], relays: ["a", "b", "c"]),
            relays: relays
        )
        var generator = SeededGenerator(seed: 7)
        var counts = [0, 0, 0]
        while counts.reduce(0, +) < limit, let relay = admission.admit(0, using: &generator) {
            counts[relay] += 1
        }
        return counts
    }

    private let healthy = Admission.Relay(room: 10, isUsable: true, weight: 1)
    private let full = Admission.Relay(room: 0, isUsable: true, weight: 1)
    private let down = Admission.Relay(room: 0, isUsable: false, weight: 1)
    private let probing = Admission.Relay(room: 1, isUsable: false, weight: 1)

    @Test("the first rank takes what it has room for; mail waits for it and does not go to the next")
    func preference() {
        #expect(taken([[0], [1]], [healthy, healthy, healthy]) == [10, 0, 0])
        #expect(taken([[0], [1]], [full, healthy, healthy]) == [0, 0, 0])
    }

    @Test("while all of a rank are down the next one takes the mail")
    func failOver() {
        #expect(taken([[0], [1], [2]], [down, healthy, healthy]) == [0, 10, 0])
        #expect(taken([[0, 1], [2]], [down, healthy, healthy]) == [0, 10, 0])
        #expect(taken([[0, 1], [2]], [down, down, healthy]) == [0, 0, 10])
    }

    @Test("a relay whose time has come gets one message to show that it works; the others go on elsewhere")
    func probe() {
        #expect(taken([[0], [1]], [probing, healthy, healthy]) == [1, 10, 0])
        #expect(taken([[0, 1]], [probing, healthy, healthy]) == [1, 10, 0])
    }

    @Test("relays of one rank share by their weight")
    func weight() {
        let relays = [1, 3, 1].map { Admission.Relay(room: 10_000, isUsable: true, weight: $0) }
        let counts = taken([[0, 1]], relays, atMost: 4000)
        #expect((2850...3150).contains(counts[1]))
        #expect(counts[2] == 0)
    }
}
