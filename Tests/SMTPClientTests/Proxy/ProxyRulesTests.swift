// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Testing

@testable import SMTPClient

struct ProxyRulesTests {
    private func proxy(
        _ environment: [String: String],
        for host: String = "relay.example"
    ) throws -> ProxySettings? {
        try ProxyRules(environment: environment).proxy(for: host)
    }

    @Test("Without a variable there is no proxy, and an empty one is none")
    func none() throws {
        #expect(try proxy([:]) == nil)
        #expect(try proxy(["ALL_PROXY": ""]) == nil)
    }

    @Test(
        "The scheme says what the proxy speaks",
        arguments: [
            ("http://p.example", ProxySettings.Kind.tunnel, 80, false),
            ("p.example:3128", .tunnel, 3128, false),
            ("socks4://p.example", .socks4, 1080, false), ("SOCKS4A://p.example/", .socks4a, 1080, false),
            ("socks5://p.example:99", .socks5, 99, false), ("socks5h://p.example", .socks5, 1080, true),
        ]
    )
    func schemes(text: String, kind: ProxySettings.Kind, port: Int, resolvesNames: Bool) throws {
        let address = RelayAddress(host: "p.example", port: port)
        let expected = ProxySettings(kind: kind, address: address, resolvesNames: resolvesNames)
        #expect(try proxy(["ALL_PROXY": text]) == expected)
        #expect(try proxy(["all_proxy": text, "ALL_PROXY": "http://other.example"]) == expected)
    }

    @Test(
        "The login stands before the host, in percent encoding",
        arguments: [
            ("socks5://app:sesame@p.example", "app", "sesame"), ("socks5://app@p.example", "app", ""),
            ("http://a%40b:p%3Aq%25@p.example", "a@b", "p:q%"), ("http://a:b:c@d@p.example", "a", "b:c@d"),
        ]
    )
    func login(text: String, user: String, password: String) throws {
        let found = try #require(try proxy(["ALL_PROXY": text]))
        #expect(found.user == user)
        #expect(found.password == Secret(password))
        #expect(found.address.host == "p.example")
    }

    @Test("An IPv6 address stands in brackets")
    func ipv6() throws {
        #expect(
            try proxy(["ALL_PROXY": "socks5://[2001:db8::1]:1081"])?.address
                == RelayAddress(host: "2001:db8::1", port: 1081)
        )
        #expect(try proxy(["ALL_PROXY": "http://[::1]"])?.address == RelayAddress(host: "::1", port: 80))
    }

    @Test(
        "A variable that cannot be understood is an error, and does not show its password",
        arguments: [
            "https://p.example", "ftp://u:sesame@p.example", "http://", "http://p.example:0",
            "http://p.example:65536",
            "http://p.example:http", "http://u:sesame@", "http://[::1", "http://[::1]x",
            "http://u:sesame%0a@p.example",
            "http://u:sesame%zz@p.example", "http://u:sesame%f@p.example", "http://a b",
            "http://p.example\r\n",
        ]
    )
    func unusable(text: String) {
        let error = #expect(throws: ProxyRulesError.self) { try proxy(["ALL_PROXY": text]) }
        #expect(error?.summary.contains("sesame") == false)
    }

    @Test(
        "Hosts and domains without a proxy are passed by",
        arguments: [
            ("*", "relay.example", true), ("relay.example", "RELAY.example", true),
            ("example", "relay.example", true),
            (".relay.example", "relay.example", true), ("a, relay.example ,b", "relay.example.", true),
            ("192.0.2.7", "192.0.2.7", true), ("lay.example", "relay.example", false),
            ("", "relay.example", false),
            ("other.example", "relay.example", false), (",.,", "relay.example", false),
            ("2.7", "192.0.2.70", false),
        ]
    )
    func exempt(list: String, host: String, isExempt: Bool) throws {
        #expect(
            try (proxy(["ALL_PROXY": "http://p.example", "NO_PROXY": list], for: host) == nil) == isExempt
        )
    }
}
