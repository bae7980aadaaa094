// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import DaemonConfiguration
internal import Delivery
internal import Logging
internal import ServiceLifecycle
internal import SystemdSupport
internal import UnixSignals

/// Reads the configuration again at each SIGHUP.
///
/// Everything is parsed and validated first; a bad file changes nothing.
struct ReloadService: Service {
    let path: String
    let delivery: DeliveryService
    let notifier: ServiceNotifier
    let logger: Logger

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            notifier.reloading()
            do throws(ConfigurationError) {
                let settings = try ConfigurationLoader.load(path: path).delivery
                await delivery.reload(settings)
                logger.notice("configuration reloaded from \(path)")
            } catch {
                logger.error("configuration not reloaded, the old one stays in force: \(error)")
            }
            notifier.ready()
        }
    }
}
