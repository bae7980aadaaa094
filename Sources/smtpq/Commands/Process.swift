// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import DaemonConfiguration
internal import Delivery
internal import Glibc
internal import MailMessage
internal import NIOPosix
internal import ProgramOutput
internal import SMTPClient
internal import SMTPProtocol
internal import Spool
internal import Submission

/// `smtpq process`: tries everything that waits once, without a daemon.
struct Process: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "process",
        abstract: "Send what waits in a queue directory now, once, without a daemon.",
        discussion: """
            Connects to the relay of the configuration and takes the queued messages that are due, the oldest id first. \
            Whoever is refused is not tried again: such a message becomes failed, and "smtpq requeue" queues it for those \
            who have not got it. When the connection is lost, the message under way becomes failed and the others wait. \
            The sender of a failed message gets a report in the same pass, as the configuration says (Reports, ReportFrom). \
            Delivered messages are deleted, or kept as sent with KeepQueue.

              smtpq process
              smtpq process /var/spool/smtpq --json | jq -r .state | sort | uniq -c

            With --json one object a line, with the keys id, state (delivered, failed, queued), sender, recipients \
            (address, state, reason) and reason.

            Exit status: 0 all that was due is delivered, 65 a message has failed, 69 the relay cannot be used and mail \
            waits, 75 a daemon or another process delivers the directory, or it is paused, 78 the configuration is wrong.
            """
    )

    @Argument(
        help: ArgumentHelp("The queue directory. Default: as for the other commands.", valueName: "dir")
    )
    var directory: String?
    @Flag(help: "For programs: one JSON object a line.")
    var json = false
    @OptionGroup var configuration: ConfigurationOptions

    func run() async throws {
        let settings = try configuration.settings().delivery
        let environment = getenv("SMTPQ_QUEUEDIR").map { String(cString: $0) } ?? ""
        let path = directory ?? (environment.isEmpty ? settings.queueDirectory : environment)
        let (pass, lock, stems) = try await begin(path, settings)
        defer { withExtendedLifetime(lock) {} }
        guard !stems.isEmpty else {
            if !json { StandardStream.output.writeLine("no messages are queued") }
            return
        }
        var report = PassReport(isForPrograms: json)
        // One pass asks one relay: the first one, as a daemon would. Routes are the daemon's.
        for relay in settings.relays.prefix(1) { try await send(stems, in: pass, to: relay, &report) }
        try report.end()
    }

    private func begin(
        _ path: String,
        _ settings: DeliverySettings
    ) async throws(CommandFailure) -> (QueuePass, QueueLock, [MessageStem]) {
        do throws(SpoolError) {
            let queue = try QueueDirectory.open(path)
            guard !queue.isPaused else {
                throw SpoolError(
                    .busy,
                    "\(PrintableText(path, limitBytes: 300)) is paused: smtpq resume ends that"
                )
            }
            queue.apply(settings.localAddresses)
            let pass = QueuePass(
                over: queue,
                keepQueue: settings.keepQueue,
                maxMessageBytes: settings.maxMessageBytes,
                reports: settings.reports
            )
            let (lock, stems) = try await pass.begin()
            return (pass, lock, stems)
        } catch {
            throw CommandFailure(managing: error)
        }
    }

    private func send(
        _ stems: [MessageStem],
        in pass: QueuePass,
        to relay: RelaySettings,
        _ report: inout PassReport
    ) async throws(CommandFailure) {
        let connector = RelayConnector(
            settings: relay.connection,
            loop: MultiThreadedEventLoopGroup.singleton.next()
        )
        var rest = stems[...]
        func failure(_ problem: String) -> CommandFailure {
            CommandFailure(
                "relay \(relay.name): \(problem) (messages that wait: \(rest.count))",
                .unavailable
            )
        }
        while !rest.isEmpty {
            let connection: RelayConnection
            do throws(RelayFault) {
                connection = try await connector.connect()
            } catch {
                throw failure(error.text)
            }
            guard connection.isOpen else { throw failure("it closed the connection at once") }
            // A relay may close after as many messages as it likes: the others go over the next connection.
            while connection.isOpen, let stem = rest.first {
                if let reports = await send(stem, in: pass, over: connection, to: relay, &report) {
                    rest = rest.dropFirst() + reports
                }
            }
            await connection.close()
            if let fault = report.fault, !rest.isEmpty { throw failure(fault.text) }
        }
    }

    /// Tries a message.
    ///
    /// Returns the reports to its sender; nil when something of it is left for another connection.
    private func send(
        _ stem: MessageStem,
        in pass: QueuePass,
        over connection: RelayConnection,
        to relay: RelaySettings,
        _ report: inout PassReport
    ) async -> [MessageStem]? {
        do throws(SpoolError) {
            let entry = try await pass.send(stem) { message, facts in
                await .sending(message, for: message.openRecipients, facts, over: connection, to: relay)
            }
            guard let entry else {
                report.left(stem)
                return []
            }
            if case .retry = entry.resolution { return nil }
            report.tried(entry)
            return entry.reports
        } catch {
            report.refused(stem, error)
            return []
        }
    }
}
