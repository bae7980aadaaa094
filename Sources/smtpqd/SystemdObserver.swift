// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Delivery
internal import SystemdSupport

/// Passes on to systemd what the delivery tells: readiness, the status line, the watchdog ping.
struct SystemdObserver: DeliveryObserver {
    let notifier: ServiceNotifier
    let watchdog: WatchdogSettings

    func deliveryStarted() { notifier.ready() }

    // The loop beats once a second; systemd asks for at least one ping in half its interval, so each beat is a ping.
    func heartbeat() {
        if watchdog.isEnabled { notifier.watchdog() }
    }

    func statusChanged(_ text: String) { notifier.status(text) }

    func stopContinues(for time: Duration) { notifier.extendTimeout(by: time) }
}
