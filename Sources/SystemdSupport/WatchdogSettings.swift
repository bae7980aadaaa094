// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import CSystemd

/// Whether the service manager watches this process, and how closely.
///
/// - SeeAlso: sd_watchdog_enabled(3)
package struct WatchdogSettings: Hashable, Sendable {
    /// The time within which a sign of life is due; nil when nobody watches.
    package let interval: Duration?

    /// What the environment says (WATCHDOG_USEC, WATCHDOG_PID).
    package init() {
        var microseconds: UInt64 = 0
        interval =
            sd_watchdog_enabled(0, &microseconds) > 0 ? .microseconds(Int64(clamping: microseconds)) : nil
    }

    /// Whether somebody watches.
    package var isEnabled: Bool { interval != nil }
}
