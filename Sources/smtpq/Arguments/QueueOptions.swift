// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import DaemonConfiguration
internal import Delivery
internal import Glibc
internal import Spool
internal import Submission

/// Which queue directory a command works on.
struct QueueOptions: ParsableArguments {
    /// The options that take a value.
    static let valueOptions: Set<String> = ["--queue-dir", "--config"]

    @Option(
        help: ArgumentHelp(
            "The queue directory. Default: $SMTPQ_QUEUEDIR, else QueueDir of the configuration, else \(QueueLocation.standardPath).",
            valueName: "dir"
        )
    )
    var queueDir: String?
    @OptionGroup var configuration: ConfigurationOptions

    /// Those of a command line that has none.
    static func standard() throws -> QueueOptions { try parse([]) }

    /// Where the queue is.
    func location() throws(CommandFailure) -> QueueLocation {
        try QueueLocation(option: queueDir, environment: getenv("SMTPQ_QUEUEDIR").map { String(cString: $0) })
        {
            () throws(CommandFailure) in
            try configuration.settingsIfReadable(advice: " (or name the queue with --queue-dir)").map {
                settings in
                QueueLocation(
                    path: settings.delivery.queueDirectory,
                    maximumByteCount: settings.delivery.maxMessageBytes
                )
            }
        }
    }

    /// The directory, opened to look at messages or to change them.
    func open() throws(CommandFailure) -> QueueDirectory {
        let path = try location().path
        let queue: QueueDirectory
        do throws(SpoolError) {
            queue = try QueueDirectory.open(path)
        } catch {
            throw CommandFailure(managing: error)
        }
        // As the daemon sees them, as far as this user may know; a wrong configuration does not hide what is in the queue.
        if let settings = try? configuration.settingsIfReadable() {
            queue.apply(settings.delivery.localAddresses)
        }
        return queue
    }
}
