// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import DaemonConfiguration
import Delivery
import MailTestKit
import Testing

@testable import Submission

@Suite("A glance at the configuration")
struct ConfigurationGlanceTests {
    @Test(
        "sees what may name another queue",
        arguments: [
            ("", false), ("#QueueDir = \"/a\"\n[[Relay]]\nMailServer = \"QueueDir\"\n", false),
            ("QueueDir = \"/a\"", true),
            ("KeepQueue = true\n\t QueueDir=\"/a\"\n", true), ("MaxMessageSize = \"1MiB\"\n", true),
            ("\"Queue\\u0044ir\" = \"/a\"\n", true), ("'QueueDir' = '/a'\n", true),
            ("\r\nQueueDir = 1", true),
        ]
    )
    func mentions(text: String, isMentioned: Bool) {
        #expect(ConfigurationGlance.mentionsQueue(Array(text.utf8)) == isMentioned)
    }

    @Test("leaves the standards that a configuration without them has")
    func standards() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("smtpqd.toml")
        #expect(ConfigurationGlance.leavesStandards(path))
        try directory.write("[[Relay]]\nMailServer = \"relay.example\"\n", to: "smtpqd.toml")
        #expect(ConfigurationGlance.leavesStandards(path))
        let settings = try ConfigurationLoader.load(path: path, readsSecrets: false)
        #expect(settings.delivery.queueDirectory == QueueLocation.standardPath)
        #expect(settings.delivery.maxMessageBytes == QueueLocation.standardByteCount)
        try directory.write(String(repeating: "#", count: 64 << 10), to: "smtpqd.toml")
        #expect(!ConfigurationGlance.leavesStandards(path))
    }
}
