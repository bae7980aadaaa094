// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import DaemonConfiguration
internal import Delivery
internal import MailMessage
internal import ProgramOutput
internal import SMTPClient
internal import Spool
internal import Submission

/// `smtpq explain route`: the route of mail to an address, its relays, and which of them would take it now.
struct ExplainRoute: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "route",
        abstract: "Say which route mail to an address takes, and which relay would get it now.",
        discussion: """
            Reads the configuration, and the health of the relays from the running daemon. Mail goes to the first rank of which \
            a relay works; relays of the same rank share it.

              smtpq explain route alice@example.net
              smtpq explain route --from billing@example.com alice@example.net
            """
    )

    @Argument(help: "The recipient.")
    var address: String
    @Option(
        name: [.customLong("from"), .customShort("f")],
        help: "The sender; <> is that of reports, and the default."
    )
    var sender = "<>"
    @OptionGroup var configurationOptions: ConfigurationOptions

    func run() throws {
        let settings = try configurationOptions.settingsWithoutSecrets().delivery
        let explanation = RouteExplanation(
            routing: settings.routing,
            relays: settings.relays.map {
                .init(name: $0.name, address: "\($0.connection.relay)", weight: $0.weight)
            },
            // The daemon's file tells of the daemon that wrote it; without the lock of a live one it is history.
            status: (try? QueueDirectory.open(settings.queueDirectory)).flatMap {
                $0.isLocked() ? $0.readStatus() : nil
            }
        )
        let sender = try senderAddress()
        for target in try targets(settings.localAddresses()) {
            for line in explanation.lines(to: target, from: sender, palette: .output) {
                StandardStream.output.writeLine(line)
            }
        }
    }

    /// Where mail to the recipient goes, who may be a name of this host.
    private func targets(_ rules: LocalAddressRules) throws(CommandFailure) -> [MailAddress] {
        do throws(EnvelopeError) {
            return try rules.targets(of: recipient())
        } catch {
            throw CommandFailure("\(PrintableText(address, limitBytes: 120)): \(error.summary)", .usage)
        }
    }

    private func recipient() throws(EnvelopeError) -> MailAddress {
        try EnvelopeRecipient(parsing: address, domainIfMissing: LocalAddressRules.hostDomain).address
    }

    private func senderAddress() throws(CommandFailure) -> MailAddress? {
        do {
            return try EnvelopeSender(parsing: sender).path.address
        } catch {
            throw CommandFailure("\(PrintableText(sender, limitBytes: 120)): \(error.summary)", .usage)
        }
    }
}
