// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import DaemonConfiguration
internal import Delivery
internal import Logging
internal import NIOPosix
internal import OpenMetrics
internal import ProgramOutput
internal import ServiceLifecycle
internal import Spool
internal import SystemdSupport
internal import UnixSignals

/// The daemon: reads the configuration, puts the parts together, runs them until a signal ends it.
@main
struct SMTPQueueDaemon: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "smtpqd",
        abstract: "Deliver the messages of a queue directory to an SMTP relay.",
        discussion: """
            Runs in the foreground until SIGTERM or SIGINT; SIGHUP reads the configuration again. Under systemd it reports \
            readiness, status and the watchdog, and logs to the journal; elsewhere it logs to standard error.

            Exit status: 0 after an orderly end, 64 wrong usage, 69 another process delivers the queue directory, \
            73 the queue directory cannot be used, 78 wrong configuration.
            """,
        version: "0.1.0"
    )

    @Option(name: .shortAndLong, help: "The configuration file.")
    var config = "/etc/smtpqd/smtpqd.toml"

    @Flag(help: "Read and check the configuration, say what is wrong with it, and exit.")
    var check = false

    @Flag(help: "Log to standard error as logfmt, also when the journal is there.")
    var foreground = false

    func run() async throws {
        let settings: DaemonSettings
        do throws(ConfigurationError) {
            settings = try ConfigurationLoader.load(path: config)
        } catch {
            throw end("\(error)", .configuration)
        }
        if check {
            StandardStream.output.writeLine("\(config): no errors (\(settings.summary))")
            return
        }
        let level = Logger.Level(rawValue: settings.logLevel) ?? .info
        let logger = LogDestination.choose(foreground: foreground).logger(label: "smtpqd", level: level)
        try await serve(settings, logger: logger)
    }

    /// Runs the delivery and the signal handling until a stop was asked for and carried out.
    private func serve(_ settings: DaemonSettings, logger: Logger) async throws {
        let registry = OpenMetricsRegistry(MetricKind.allCases.map(MetricFamily.init))
        let metrics = settings.metrics.areShown ? DeliveryMetrics(factory: registry) : .none
        let queue: QueueDirectory
        do throws(SpoolError) {
            queue = try QueueDirectory.open(settings.delivery.queueDirectory, onSync: metrics.synced)
        } catch {
            throw end(error.summary, .cannotCreate)
        }
        let notifier = ServiceNotifier()
        let delivery = DeliveryService(
            settings: settings.delivery,
            queue: queue,
            group: MultiThreadedEventLoopGroup.singleton,
            log: DeliveryLog(logger: logger),
            metrics: metrics,
            observer: SystemdObserver(notifier: notifier, watchdog: WatchdogSettings())
        )
        // What comes first is stopped last: the metrics tell of the end too.
        var services: [any Service] = []
        if let path = settings.metrics.file {
            let interval = settings.metrics.interval
            services.append(
                MetricsFileService(path: path, interval: interval, registry: registry, logger: logger)
            )
        }
        if let listener = settings.metrics.listener {
            services.append(MetricsListenerService(listener: listener, registry: registry, logger: logger))
        }
        services += [
            DeliveryRunner(delivery: delivery, notifier: notifier),
            ReloadService(path: config, delivery: delivery, notifier: notifier, logger: logger),
        ]
        var configuration = ServiceGroupConfiguration(
            services: services.map {
                .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup)
            },
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "smtpqd.lifecycle") { _ in SwiftLogNoOpLogHandler() }
        )
        configuration.maximumCancellationDuration = .seconds(5)
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch let error as SpoolError {
            logger.critical("\(error.summary)")
            throw ExitCode(error.code == .locked ? ExitStatus.unavailable.code : ExitStatus.cannotCreate.code)
        }
    }

    /// Says what is wrong and gives the status to end with.
    private func end(_ summary: String, _ status: ExitStatus) -> ExitCode {
        StandardStream.error.writeLine("smtpqd: \(summary)")
        return ExitCode(status.code)
    }
}
