// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import Testing

@testable import Spool

@Suite struct DaemonStatusTests {
    private static let status = DaemonStatus(
        processID: 4711,
        started: QueueBench.dropped,
        updated: QueueBench.now,
        activeCount: 2,
        queuedCount: 1_000_000,
        isPaused: true,
        hostFault: "disk \"full\"\n",
        relays: [
            .init(name: "a", state: .ok, reason: nil, connectionCount: 3),
            .init(name: "b", state: .open, reason: "554 5.7.1 no\u{2028}", connectionCount: 0),
        ]
    )

    @Test("A status is read as it was written, and replaces the last one")
    func roundTrip() throws {
        let bench = try QueueBench()
        #expect(bench.queue.readStatus() == nil)
        var status = Self.status
        try bench.queue.writeStatus(status)
        status.isPaused = false
        status.hostFault = nil
        try bench.queue.writeStatus(status)
        #expect(bench.queue.readStatus() == status)
        #expect(bench.names == [".status"])
        #expect(DaemonStatus(json: Self.status.json) == Self.status)
    }

    @Test(
        "What is no status of version 1 is none",
        arguments: ["", "{}", "[]", "text", "{\"v\":1}", "{\"v\":2,\"pid\":1}", "\0"]
    )
    func rubbish(text: String) throws {
        let bench = try QueueBench()
        try bench.drop(text, as: ".status")
        #expect(bench.queue.readStatus() == nil)
    }

    @Test("A status cut anywhere is none")
    func cut() {
        let bytes = Array(Self.status.json.text.utf8)
        for length in 0..<bytes.count { #expect(JSONReader.read(bytes[..<length]) == nil) }
    }

    @Test("A directory in its place is an error, and leaves no temporary file")
    func directoryInItsPlace() throws {
        let bench = try QueueBench()
        try HostileFile.directory.make(".status", in: bench)
        #expect(throws: SpoolError.self) { try bench.queue.writeStatus(Self.status) }
        #expect(bench.names == [".status"])
    }
}
