// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Testing

@testable import DaemonConfiguration

struct HostNameTests {
    @Test(
        "The domain of a host is taken from its own line of the hosts file",
        arguments: [
            ("127.0.1.1\tapp1.example.com app1\n", "app1.example.com"),
            (
                "127.0.0.1 localhost\n192.0.2.1 app1 app1.example.com # app1.other.example\n",
                "app1.example.com"
            ),
            ("::1 localhost ip6-localhost\r\n127.0.1.1 app1.example.com app1\r\n", "app1.example.com"),
            ("127.0.1.1 app1\n", nil),
            ("127.0.1.1 app11.example.com app11\n", nil),
            ("# 127.0.1.1 app1.example.com app1\n", nil),
            ("app1 app1.example.com\n", nil),
            ("127.0.1.1 app1.exa<mple app1\n", nil),
            ("", nil),
        ] as [(String, String?)]
    )
    func qualifiedName(hosts: String, expected: String?) {
        #expect(HostName.qualifiedName(of: "app1", hosts: hosts) == expected)
    }

    @Test("The greeting name of this host is one that can be sent")
    func actual() {
        #expect(NameRules.isGreetingName(HostName.fullyQualified()))
    }
}
