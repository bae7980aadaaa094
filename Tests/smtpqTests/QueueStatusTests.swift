// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import Spool
import Testing

@testable import smtpq

@Suite("The status of a queue")
struct QueueStatusTests {
    private let now = Timestamp(millisecondsSinceEpoch: 1_000_000_000_000)

    private func status(
        isLocked: Bool,
        holder: Int32?,
        writer: Int32? = 4711,
        counts: [SpoolState: Int]? = [:]
    ) -> QueueStatus {
        let written = writer.map {
            DaemonStatus(
                processID: $0,
                started: now.adding(.seconds(-200)),
                updated: now,
                activeCount: 3,
                queuedCount: 5,
                isPaused: false,
                hostFault: nil,
                relays: [
                    .init(name: "primary", state: .open, reason: "cannot connect\u{1B}", connectionCount: 0)
                ]
            )
        }
        return QueueStatus(
            path: "/q",
            isLocked: isLocked,
            holder: holder,
            written: written,
            counts: counts,
            oldest: nil,
            isPaused: false
        )
    }

    private func lines(_ status: QueueStatus) -> [String] {
        status.lines(now: now, palette: Palette(isOn: false))
    }

    @Test("tells of a running daemon what it has written", arguments: [4711, nil] as [Int32?])
    func running(holder: Int32?) {
        let status = status(isLocked: true, holder: holder, counts: [.queued: 2])
        #expect(
            lines(status) == [
                "daemon  running, pid 4711, for 3min, 3 active", "relay   primary open (cannot connect\\x1b)",
                "queue   /q: 2 queued, 0 sending, 0 sent, 0 failed, 0 held",
            ]
        )
        let json = status.json(now: now)
        #expect(json["running"]?.bool == true)
        #expect(json["pid"]?.integer == 4711)
        #expect(json["uptime"]?.integer == 200)
        #expect(json["relays"]?.array?.first?["state"]?.string == "open")
        #expect(json["counts"]?["queued"]?.integer == 2)
    }

    @Test("does not believe what a dead daemon has written")
    func dead() {
        let json = status(isLocked: false, holder: nil).json(now: now)
        #expect(json["running"]?.bool == false)
        #expect(json["pid"] == .null)
        #expect(json["relays"] == .array([]))
        #expect(
            lines(status(isLocked: false, holder: nil)).first
                == "daemon  not running: mail waits until smtpqd is started"
        )
    }

    @Test("does not take the words of one daemon for those of the next")
    func another() {
        let status = status(isLocked: true, holder: 5000)
        #expect(status.daemon == nil)
        #expect(lines(status).first == "daemon  running, pid 5000")
        #expect(status.json(now: now)["pid"]?.integer == 5000)
    }

    @Test("of a directory that may not be listed has no counts")
    func notListed() {
        let status = status(isLocked: false, holder: nil, counts: nil)
        #expect(status.json(now: now)["counts"] == .null)
        #expect(lines(status).contains("queue   /q: only root and its owner may list it"))
    }

    @Test("names the message that has waited longest")
    func oldest() throws {
        let scratch = try ScratchQueue(["a.queued", "b.queued", "c.held"])
        try scratch.write(
            "b.journal",
            #"{"v":1,"t":"2001-01-01T00:00:00Z","event":"attempt","n":1,"relay":"primary"}"# + "\n"
        )
        let census = try scratch.queue.census(oldestOf: [.queued, .sent])
        #expect(census.counts == [.queued: 2, .held: 1])
        let oldest = census.oldest[.queued]
        #expect(oldest?.stem.text == "b")
        #expect(oldest?.queuedAt.description == "2001-01-01T00:00:00Z")
        #expect(census.oldest[.sent] == nil)
    }
}

@Suite("A host to listen on")
struct LoopbackHostTests {
    @Test("is this host alone", arguments: ["127.0.0.1", "127.9.9.9", "::1", "localhost", "0:0:0:0:0:0:0:1"])
    func loopback(host: String) {
        #expect(LoopbackHost.isLoopback(host))
    }

    @Test(
        "can be reached by others",
        arguments: ["0.0.0.0", "::", "192.0.2.1", "127.0.0.1.example", "::ffff:0:1", "2001:db8::1", ""]
    )
    func remote(host: String) {
        #expect(!LoopbackHost.isLoopback(host))
    }
}

@Suite("A message that was flushed")
struct FlushedMessageTests {
    @Test("has no next attempt to wait for")
    func nextAttempt() throws {
        let scratch = try ScratchQueue(["a.queued"])
        let stem = try MessageStem("a")
        try scratch.write(
            "a.journal",
            #"{"v":1,"t":"\#(Timestamp.now())","event":"retry","n":1,"next":"9000-01-02T00:00:00Z"}"# + "\n"
        )
        #expect(
            try scratch.queue.summary(of: stem, in: .queued).nextAttempt?.description
                == "9000-01-02T00:00:00Z"
        )
        try scratch.write(
            "a.journal",
            #"{"v":1,"t":"2001-01-01T00:00:00Z","event":"retry","n":1,"next":"9000-01-02T00:00:00Z"}"# + "\n"
        )
        try scratch.queue.touch(stem)
        #expect(try scratch.queue.summary(of: stem, in: .queued).nextAttempt == nil)
    }
}
