// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Delivery
import SMTPClient
import Testing

@testable import DaemonConfiguration

/// The keys that say how a connection is made: proxy, sockets, proof of TLS.
struct ConnectingTests {
    private func connection(_ keys: String, host: HostFacts = .invented) throws -> ConnectionSettings {
        try decode(relay + keys, host: host).delivery.relays[0].connection
    }

    private func host(_ environment: [String: String]) -> HostFacts {
        var host = HostFacts.invented
        host.environment = { environment }
        return host
    }

    @Test(
        "A kind of proxy has a word and a number, and a port of its own",
        arguments: [
            ("\"tunnel\"", ProxySettings.Kind.tunnel, 80), ("1", .tunnel, 80), ("\"1\"", .tunnel, 80),
            ("\"socks4\"", .socks4, 1080), ("2", .socks4, 1080), ("\"socks5\"", .socks5, 1080),
            ("3", .socks5, 1080),
            ("\"socks4a\"", .socks4a, 1080), ("10", .socks4a, 1080),
        ]
    )
    func firewallTypes(value: String, kind: ProxySettings.Kind, port: Int) throws {
        let keys = "FirewallType = \(value)\nFirewallHost = \"proxy.example\"\n"
        let expected = ProxySettings(kind: kind, address: RelayAddress(host: "proxy.example", port: port))
        #expect(try connection(keys).proxy == expected)
    }

    @Test("No proxy is said in two ways, and wins over the environment", arguments: ["\"none\"", "0"])
    func noProxy(value: String) throws {
        let host = host(["ALL_PROXY": "http://proxy.example"])
        #expect(
            try connection("FirewallType = \(value)\nFirewallAutoDetect = true\n", host: host).proxy == nil
        )
    }

    @Test("The environment counts where that is asked for, but for the hosts it exempts")
    func environment() throws {
        let variables = ["ALL_PROXY": "socks5h://app:sesame@proxy.example:99"]
        let found = try #require(try connection("FirewallAutoDetect = true\n", host: host(variables)).proxy)
        #expect(found.address == RelayAddress(host: "proxy.example", port: 99))
        #expect(found.user == "app")
        #expect(found.resolvesNames)
        #expect(try connection("", host: host(variables)).proxy == nil)
        let exempt = variables.merging(["NO_PROXY": "example.com"]) { $1 }
        #expect(try connection("FirewallAutoDetect = true\n", host: host(exempt)).proxy == nil)
    }

    @Test("A * before the relay's name leaves it to the proxy; the name is meant without it")
    func asterisk() throws {
        let text = "[[Relay]]\nMailServer = \"*smtp.example.com\"\n"
        let keys = "FirewallType = \"socks5\"\nFirewallHost = \"192.0.2.1\"\n"
        let connection = try decode(text + keys).delivery.relays[0].connection
        #expect(connection.relay.host == "smtp.example.com")
        #expect(connection.proxy?.resolvesNames == true)
        #expect(problem(text).contains("there is none: set FirewallType"))
    }

    @Test(
        "The kinds of addresses have words, and the numbers and truth values of other software",
        arguments: [
            ("\"auto\"", AddressFamilies.any), ("\"never\"", .ipv4), ("0", .ipv4), ("false", .ipv4),
            ("\"only\"", .ipv6),
            ("1", .ipv6), ("true", .ipv6), ("\"prefer\"", .ipv6Preferred), ("2", .ipv6Preferred),
        ]
    )
    func addressFamilies(value: String, families: AddressFamilies) throws {
        #expect(try connection("UseIPv6 = \(value)\n").socket.addressFamilies == families)
    }

    @Test("Extensions are used unless that is switched off")
    func extensions() throws {
        #expect(try connection("").usesExtensions)
        #expect(try !connection("TLS = \"none\"\nAllowExtensions = false\n").usesExtensions)
    }

    @Test(
        "Keys that are wrong, or do not go together, say so",
        arguments: [
            ("FirewallType = 4", "FirewallType: expected one of \"none\", \"tunnel\""),
            ("FirewallType = \"socks6\"", "or 0, 1, 2, 3, 10, found \"socks6\""),
            ("FirewallType = \"socks5\"", "FirewallType needs FirewallHost"),
            ("FirewallHost = \"p.example\"", "FirewallHost without FirewallType"),
            ("FirewallType = \"none\"\nFirewallUser = \"u\"", "FirewallUser without FirewallType"),
            ("FirewallType = 1\nFirewallHost = \"http://p\"", "without a port (FirewallPort) or a scheme"),
            ("FirewallType = 1\nFirewallHost = \"p\"\nFirewallPort = 0", "a number from 1 to 65535"),
            ("FirewallType = 1\nFirewallHost = \"p\"\nFirewallPasswordFile = \"/p\"", "without FirewallUser"),
            (
                "FirewallType = 1\nFirewallHost = \"p\"\nFirewallPasswordFile = \"/p\"\nFirewallPasswordCredential = \"p\"",
                "exclude each other"
            ),
            ("FirewallType = 3\nFirewallHost = \"p\"\nFirewallData = \"A: b\"", "FirewallData is for"),
            ("FirewallType = 1\nFirewallHost = \"p\"\nFirewallData = \"x\"", "expected header lines such as"),
            (
                "FirewallType = 1\nFirewallHost = \"p\"\nFirewallData = \"A: b\\r\\nC: d\"",
                "control character"
            ),
            ("FirewallPassword = \"sesame\"", "FirewallPasswordCredential or FirewallPasswordFile"),
            ("LocalPort = 2000", "set Connections = 1"),
            ("LocalPort = 2000\nConnections = 2", "set Connections = 1"),
            ("UseIPv6 = 3", "UseIPv6: expected one of"), ("UseIPv6 = 1.5", "UseIPv6: expected one of"),
            ("AbsoluteTimeout = true", "AbsoluteTimeout needs Timeout"),
            ("AllowExtensions = false", "STARTTLS and a login are extensions"),
            (
                "AllowExtensions = false\nTLS = \"implicit\"\nUser = \"u\"\nPasswordFile = \"/p\"",
                "STARTTLS and a login are extensions"
            ),
            ("TCPKeepAlive = false\nKeepAliveTime = 5000", "exclude each other"),
            ("KeepAliveTime = \"5s\"", "a number from 1000"),
            ("Linger = false\nLingerTime = 5", "exclude each other"),
            ("MaxLineLength = 100", "a number from 512"), ("MaxTransferRate = 0", "a size such as"),
            ("TLSProof = \"key\"", "needs TLSPinnedKeys"), ("TLSPinnedKeys = []", "a list of strings"),
            ("TLSPinnedKeys = \"sha256//x\"", "a list of strings"), ("TLSPinnedKeys = [1]", "found 1"),
            ("TLSPinnedKeys = [\"sha256//x\"]", "44 characters of base64, found \"sha256//x\""),
        ]
    )
    func mistakes(keys: String, text: String) {
        #expect(problem(relay + keys).contains(text), "\(problem(relay + keys))")
    }

    @Test("A variable that cannot be used is an error that does not show its password")
    func unusableVariable() {
        let host = host(["ALL_PROXY": "https://app:sesame@proxy.example"])
        let text = problem(relay + "FirewallAutoDetect = true\n", host: host)
        #expect(text.contains("FirewallAutoDetect: ALL_PROXY cannot be used: the scheme https"))
        #expect(!text.contains("sesame"))
    }
}
