// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Foundation
import Glibc
import Logging
import SystemdSupport
import Testing

/// What a service manager says in the environment.
///
/// The environment is one for the process: one test at a time.
@Suite(.serialized)
struct ServiceEnvironmentTests {
    // MARK: Notifications

    @Test("Each notification is one datagram with its assignments")
    func notifications() throws {
        let manager = try NotificationSocket()
        setenv("NOTIFY_SOCKET", manager.path, 1)
        defer { unsetenv("NOTIFY_SOCKET") }
        let notifier = ServiceNotifier()

        notifier.ready()
        #expect(manager.next() == "READY=1")
        notifier.status("delivering: 3 active, 120 queued, relay primary ok")
        #expect(manager.next() == "STATUS=delivering: 3 active, 120 queued, relay primary ok")
        notifier.stopping()
        #expect(manager.next() == "STOPPING=1")
        notifier.watchdog()
        #expect(manager.next() == "WATCHDOG=1")
    }

    @Test("A status is one line, so that it cannot say anything else")
    func hostileStatus() throws {
        let manager = try NotificationSocket()
        setenv("NOTIFY_SOCKET", manager.path, 1)
        defer { unsetenv("NOTIFY_SOCKET") }

        ServiceNotifier().status("relay says\nMAINPID=1\r\n\0x")
        #expect(manager.next() == "STATUS=relay says MAINPID=1   x")
    }

    @Test("A reload tells the monotonic time at which it began")
    func reloading() throws {
        let manager = try NotificationSocket()
        setenv("NOTIFY_SOCKET", manager.path, 1)
        defer { unsetenv("NOTIFY_SOCKET") }

        let before = monotonicMicroseconds()
        ServiceNotifier().reloading()
        let after = monotonicMicroseconds()
        let lines = manager.next().split(separator: "\n")
        #expect(lines.first == "RELOADING=1")
        let time = try #require(lines.last?.split(separator: "=").last.flatMap { Int64($0) })
        #expect(lines.count == 2 && lines[1].hasPrefix("MONOTONIC_USEC="))
        #expect((before...after).contains(time))
    }

    @Test("An extension is in microseconds, and never negative or without measure")
    func extensions() throws {
        let manager = try NotificationSocket()
        setenv("NOTIFY_SOCKET", manager.path, 1)
        defer { unsetenv("NOTIFY_SOCKET") }
        let notifier = ServiceNotifier()

        notifier.extendTimeout(by: .milliseconds(5500))
        #expect(manager.next() == "EXTEND_TIMEOUT_USEC=5500000")
        notifier.extendTimeout(by: .seconds(-5))
        #expect(manager.next() == "EXTEND_TIMEOUT_USEC=0")
        notifier.extendTimeout(by: .seconds(Int64.max))
        #expect(manager.next() == "EXTEND_TIMEOUT_USEC=86400000000")
    }

    @Test("Without a service manager nothing happens")
    func nobody() {
        unsetenv("NOTIFY_SOCKET")
        ServiceNotifier().ready()
        setenv("NOTIFY_SOCKET", "/nowhere/notify", 1)
        defer { unsetenv("NOTIFY_SOCKET") }
        ServiceNotifier().status("nobody listens")
    }

    // MARK: Watchdog

    @Test(
        "The watchdog is on when the manager gave a time for this process",
        arguments: [
            ("30000000", "self", Duration.seconds(30)), ("1500", "self", .microseconds(1500)),
            ("30000000", nil, .seconds(30)),
            ("30000000", "1", nil), (nil, "self", nil), ("0", "self", nil), ("soon", "self", nil),
        ] as [(String?, String?, Duration?)]
    )
    func watchdog(time: String?, process: String?, interval: Duration?) {
        defer {
            unsetenv("WATCHDOG_USEC")
            unsetenv("WATCHDOG_PID")
        }
        if let time { setenv("WATCHDOG_USEC", time, 1) }
        if let process { setenv("WATCHDOG_PID", process == "self" ? "\(getpid())" : process, 1) }
        let settings = WatchdogSettings()
        #expect(settings.interval == interval)
        #expect(settings.isEnabled == (interval != nil))
    }

    // MARK: Where to log

    @Test(
        "Logs go to the journal when standard error is connected to it, and the foreground was not asked for"
    )
    func destination() throws {
        defer { unsetenv("JOURNAL_STREAM") }
        var status = stat()
        try #require(fstat(STDERR_FILENO, &status) == 0)

        unsetenv("JOURNAL_STREAM")
        #expect(LogDestination.choose(foreground: false) == .standardError)
        for other in ["", "1:2", "\(status.st_dev):\(status.st_ino)0", "\(status.st_dev)"] {
            setenv("JOURNAL_STREAM", other, 1)
            #expect(LogDestination.choose(foreground: false) == .standardError, "\(other)")
        }
        setenv("JOURNAL_STREAM", "\(status.st_dev):\(status.st_ino)", 1)
        #expect(LogDestination.choose(foreground: false) == .journal)
        #expect(LogDestination.choose(foreground: true) == .standardError)
    }

    @Test(
        "Either destination makes a logger of the level that was asked for",
        arguments: [LogDestination.journal, .standardError]
    )
    func logger(destination: LogDestination) {
        let logger = destination.logger(label: "smtpqd", level: .warning)
        #expect(logger.logLevel == .warning)
        #expect(logger.label == "smtpqd")
    }

    private func monotonicMicroseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }
}
