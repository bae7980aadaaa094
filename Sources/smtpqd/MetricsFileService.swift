// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Delivery
internal import Logging
internal import OpenMetrics
internal import ServiceLifecycle
internal import Spool

/// Writes the metrics to a file, for the textfile collector of node_exporter: again and again, and a last time at the end.
///
/// A file that cannot be written is said once; the mail flows on.
struct MetricsFileService: Service {
    let path: String
    let interval: Duration
    let registry: OpenMetricsRegistry
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var fault: String?
            repeat {
                let last = fault
                fault = await write()
                if let fault, fault != last { logger.error("the metrics are not written: \(fault)") }
                if fault == nil, last != nil { logger.notice("the metrics are written again") }
            } while (try? await Task.sleep(for: interval)) != nil
        }
        _ = await write()
    }

    /// Writes the file; returns what went wrong.
    private func write() async -> String? {
        do throws(SpoolError) {
            // The collector takes the format of Prometheus alone.
            let text = registry.text(as: .prometheus)
            try await BlockingWork.run { () throws(SpoolError) in try RewrittenFile.write(text, to: path) }
            return nil
        } catch {
            return error.summary
        }
    }
}
