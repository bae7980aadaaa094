// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage
package import SMTPClient
package import SMTPProtocol
package import Spool

extension AttemptResult {
    /// Offers a message to a relay: as many transactions as its recipients need, one after the other on one connection.
    ///
    /// A relay may take fewer transactions on one connection than a message needs: then some recipients have no answer,
    /// and there is no fault.
    ///
    /// - Parameters:
    ///   - message: the message.
    ///   - recipients: those of its recipients that it is for.
    ///   - facts: what is known of its content.
    ///   - connection: an open connection.
    ///   - relay: the relay.
    /// - Returns: what the attempt has brought.
    package static func sending(
        _ message: ClaimedMessage,
        for recipients: [EnvelopeRecipient],
        _ facts: ContentFacts,
        over connection: RelayConnection,
        to relay: RelaySettings
    ) async -> AttemptResult {
        var result = AttemptResult(relay: relay.name, peer: connection.peer, tls: connection.tlsVersion)
        result.reporting = ReportingRelay(
            host: relay.connection.relay.host,
            offersDSN: connection.facts.capabilities.supports(.deliveryStatusNotifications)
        )
        let limit = relay.recipientsPerTransaction == 0 ? .max : relay.recipientsPerTransaction
        let source = SpoolContentSource(content: message.content)
        for part in connection.facts.capabilities.limits.parts(of: recipients, atMost: limit) {
            guard connection.isOpen || result.answers.isEmpty else { break }
            let some = Array(part)
            let transaction = MailTransaction(
                sender: message.envelope.sender,
                recipients: some,
                content: facts
            )
            guard result.add(await connection.send(transaction, content: source), for: some) else { break }
        }
        return result
    }
}
