// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Testing

@testable import DaemonConfiguration

@Suite("Where metrics are shown")
struct MetricsSettingsTests {
    @Test("is nowhere, unless something is set")
    func nowhere() throws {
        let metrics = try decode(relay).metrics
        #expect(!metrics.areShown)
        #expect(metrics.interval == .seconds(15))
        #expect(try !decode("MetricsInterval = 5\n" + relay).metrics.areShown)
    }

    @Test("is a file, a listener, or both, of whatever file of the configuration")
    func both() throws {
        let metrics = try decode(
            "MetricsFile = \"/x/a.prom\"\n" + relay,
            "MetricsListen = \"[::1]:1\"\nMetricsInterval = \"1min\""
        ).metrics
        #expect(metrics.areShown)
        #expect(metrics.file == "/x/a.prom")
        #expect(metrics.interval == .seconds(60))
        #expect(metrics.listener == .address("::1", port: 1))
    }

    @Test(
        "is an address of this host or the path of a socket",
        arguments: [
            ("127.0.0.1:9465", .address("127.0.0.1", port: 9465)),
            ("0.0.0.0:65535", .address("0.0.0.0", port: 65535)),
            ("[::]:1", .address("::", port: 1)),
            ("/run/smtpqd/metrics.sock", .socket(path: "/run/smtpqd/metrics.sock")),
            ("/run/a:1", .socket(path: "/run/a:1")), ("", nil), ("9465", nil), (":9465", nil),
            ("127.0.0.1", nil),
            ("127.0.0.1:", nil), ("127.0.0.1:0", nil), ("127.0.0.1:65536", nil), ("127.0.0.1:x", nil),
            ("[127.0.0.1]:1", nil),
            ("::1:9465", nil), ("[::1]", nil), ("[::1:1", nil), ("localhost:9465", nil),
            ("run/metrics.sock", nil),
            ("/" + String(repeating: "a", count: 107), nil), ("127.0.0.1:99999999999999999999", nil),
        ] as [(String, MetricsSettings.Listener?)]
    )
    func listeners(text: String, listener: MetricsSettings.Listener?) {
        #expect(MetricsSettings.Listener(text) == listener)
    }
}
