// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Delivery
internal import ServiceLifecycle
internal import SystemdSupport

/// Runs the delivery as a service: a graceful shutdown is a requested stop.
struct DeliveryRunner: Service {
    let delivery: DeliveryService
    let notifier: ServiceNotifier

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await delivery.run()
            notifier.stopping()
        } onGracefulShutdown: {
            notifier.stopping()
            Task { await delivery.requestStop() }
        }
    }
}
