// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import CSystemd
internal import Glibc

/// Tells the service manager how the service stands.
///
/// Without a service manager every call does nothing. Thread-safe.
///
/// - SeeAlso: sd_notify(3)
package struct ServiceNotifier: Sendable {
    /// A notifier for the socket that the environment names (NOTIFY_SOCKET).
    package init() {}

    /// The service is ready, or ready again after a reload.
    package func ready() { notify("READY=1") }

    /// The one-line state that `systemctl status` shows.
    package func status(_ text: String) { notify("STATUS=" + Self.oneLine(text)) }

    /// The configuration is being read again; ``ready()`` ends it.
    package func reloading() {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let microseconds = Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
        notify("RELOADING=1\nMONOTONIC_USEC=\(microseconds)")
    }

    /// The service is ending.
    package func stopping() { notify("STOPPING=1") }

    /// The service is alive.
    package func watchdog() { notify("WATCHDOG=1") }

    /// Starting or stopping takes longer, and goes on.
    package func extendTimeout(by time: Duration) {
        // More than a day is not meant, and a time that has passed extends nothing.
        let seconds = min(max(time, .zero), .seconds(86_400)) / .seconds(1)
        notify("EXTEND_TIMEOUT_USEC=\(Int64(seconds * 1_000_000))")
    }

    private func notify(_ state: String) { sd_notify(0, state) }

    /// A line break would begin another assignment, and NUL would end the text.
    private static func oneLine(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
    }
}
