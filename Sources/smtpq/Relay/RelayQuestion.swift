// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import DaemonConfiguration
internal import Delivery
internal import MailMessage
internal import NIOPosix
internal import ProgramOutput
internal import SMTPClient
internal import SMTPProtocol
internal import Submission

/// One question to the first relay of the configuration, outside of any transaction: VRFY, EXPN.
struct RelayQuestion {
    private let command: Command

    /// A question.
    init(_ command: Command) { self.command = command }

    /// Connects as the daemon would, asks, and hangs up.
    ///
    /// - Returns: the lines of a favourable answer, without their enhanced status.
    /// - Throws: ``CommandFailure`` when the relay cannot be used, or does not say.
    func ask(_ configuration: ConfigurationOptions) async throws(CommandFailure) -> [String] {
        guard let relay = try configuration.settings().delivery.relays.first else { return [] }
        let connector = RelayConnector(
            settings: relay.connection,
            loop: MultiThreadedEventLoopGroup.singleton.next()
        )
        let reply: Reply
        do throws(RelayFault) {
            let connection = try await connector.connect()
            let answer = await connection.perform(command)
            await connection.close()
            reply = try answer.get()
        } catch {
            throw CommandFailure("relay \(relay.name): \(error.text)", .unavailable)
        }
        guard reply.code / 100 == 2 else { throw Self.failure(reply, of: relay.name) }
        return reply.lines
    }

    /// What a refusal means: not now, or not at all.
    ///
    /// Pure.
    static func failure(_ reply: Reply, of relay: String) -> CommandFailure {
        let status = reply.enhancedStatus.map { "\($0) " } ?? ""
        return CommandFailure(
            "relay \(relay) answers \(reply.code) \(status)\(reply.text)",
            reply.code / 100 == 4 ? .tryAgain : .badData
        )
    }
}
