// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Delivery
import MailMessage
import Testing

@Suite("Routing table")
struct RoutingTableTests {
    let table = RoutingTable(
        routes: [
            Route(name: "bills", senders: [.domain("billing.example")], ranks: [[1]]),
            Route(name: "org", recipients: [.domain("example.org")], ranks: [[0], [1]]),
            Route(name: "rest", ranks: [[0, 1]]),
        ],
        relays: ["a", "b"]
    )

    private func groups(_ recipients: [String], from sender: String, relay: String? = nil) throws -> [String]
    {
        let groups = table.groups(
            of: try recipients.map { try EnvelopeRecipient(parsing: "<\($0)>") },
            sender: try MailAddress(sender),
            relay: relay
        )
        return groups.map { group in
            let name = group.route.map { table.routes[$0].name } ?? "none"
            return name + ": " + group.recipients.map(\.address.description).joined(separator: " ")
        }
    }

    @Test("the first route that matches sender and recipient is taken, the last one for the rest")
    func firstMatch() throws {
        #expect(try groups(["x@example.org"], from: "a@billing.example") == ["bills: x@example.org"])
        #expect(try groups(["x@example.org"], from: "a@app.example") == ["org: x@example.org"])
        #expect(try groups(["x@example.net"], from: "a@app.example") == ["rest: x@example.net"])
    }

    @Test("recipients that go the same way stand together, in the order of the envelope")
    func groupsRecipients() throws {
        let recipients = ["a@example.net", "b@example.org", "c@example.net", "d@example.org"]
        #expect(
            try groups(recipients, from: "a@app.example") == [
                "rest: a@example.net c@example.net", "org: b@example.org d@example.org",
            ]
        )
    }

    @Test("a message that names a relay goes to that one alone, and nowhere when there is none of the name")
    func namedRelay() throws {
        #expect(try groups(["x@example.org"], from: "a@billing.example", relay: "b") == ["b: x@example.org"])
        #expect(try groups(["x@example.org"], from: "a@app.example", relay: "c") == ["none: x@example.org"])
    }

    @Test("without routes all relays take all mail, preferred in their order")
    func withoutRoutes() throws {
        let table = RoutingTable(routes: [], relays: ["a", "b"])
        let route = try #require(table.route(sender: nil, recipient: try MailAddress("a@b.example")))
        #expect(table.routes[route].ranks == [[0], [1]])
    }
}
