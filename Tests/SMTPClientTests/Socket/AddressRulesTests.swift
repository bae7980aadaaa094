// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import NIOCore
import Testing

@testable import SMTPClient

struct AddressRulesTests {
    private func order(_ texts: [String], _ families: AddressFamilies) throws -> [String] {
        let addresses = try texts.map { try SocketAddress(ipAddress: $0, port: 25) }
        return AddressRules.order(addresses, families).compactMap(\.ipAddress)
    }

    @Test(
        "Families are taken in turn, the system's first choice first",
        arguments: [
            (AddressFamilies.any, ["::1", "::2", "::3", "10.0.0.1"], ["::1", "10.0.0.1", "::2", "::3"]),
            (.any, ["10.0.0.1", "10.0.0.2", "::1"], ["10.0.0.1", "::1", "10.0.0.2"]),
            (.ipv6Preferred, ["10.0.0.1", "10.0.0.2", "::1"], ["::1", "10.0.0.1", "10.0.0.2"]),
            (.ipv4, ["10.0.0.1", "::1", "10.0.0.2"], ["10.0.0.1", "10.0.0.2"]),
            (.ipv6, ["10.0.0.1", "::1"], ["::1"]), (.ipv6, ["10.0.0.1"], []),
            (.any, ["10.0.0.1", "10.0.0.1"], ["10.0.0.1"]),
        ]
    )
    func inTurn(families: AddressFamilies, found: [String], expected: [String]) throws {
        #expect(try order(found, families) == expected)
    }

    @Test("Of ten thousand addresses a few are used")
    func T33_manyAddresses() throws {
        let found = (0..<10_000).map { "10.0.\($0 / 256).\($0 % 256)" }
        #expect(try order(found, .any) == Array(found.prefix(32)))
    }
}
