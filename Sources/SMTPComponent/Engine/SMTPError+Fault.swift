// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Delivery
internal import MailMessage
package import SMTPProtocol

// The one place where a fault of the relay, or a refusal, becomes an error of the class.
extension SMTPError {
    /// The error of a fault of the relay, or of the way to it.
    ///
    /// | fault | code |
    /// |---|---|
    /// | no address | 11001 to 11004 |
    /// | what the system says of the connection | 10004 to 10071 |
    /// | refused by the proxy | 118 |
    /// | refused: greeting, EHLO, login, 421 | 161 with the reply |
    /// | no answer in time | 201 |
    /// | connection lost | 1120 |
    /// | no SMTP, no connection | 162 |
    /// | TLS refused; the server is not who it should be; a file of certificates | 276; 280; 272 |
    package init(_ fault: RelayFault) {
        if let cause = fault.cause, let error = Self.error(cause, fault.text) {
            self = error
            return
        }
        switch fault.kind {
        case .resolve: self.init(network: WinsockTable.hostNotFound, fault.text)
        case .timeout: self.init(.timedOut, fault.text)
        case .connectionLost: self.init(.droppedByRelay, fault.text)
        case .tlsRefused: self.init(.tlsHandshake, fault.text)
        case .tlsVerification: self.init(.tlsVerification, fault.text)
        case .authenticationNotOffered, .authenticationRefused, .greeting, .serviceClosing:
            self.init(.relayRefused, Self.reply(fault.code, fault.text))
        case .local where fault.phase == .tlsHandshake: self.init(.tlsCertificate, fault.text)
        case .connect, .protocolViolation, .local: self.init(.communication, fault.text)
        }
    }

    private static func error(_ cause: RelayFault.Cause, _ text: String) -> SMTPError? {
        switch cause {
        case .proxy: SMTPError(.firewall, text)
        case .resolver(let code): SMTPError(network: WinsockTable.number(ofResolverCode: code), text)
        case .systemError(let number):
            WinsockTable.number(ofErrorNumber: number).map { SMTPError(network: $0, text) }
        }
    }

    /// The error of a refused recipient or message.
    init(_ refusal: RecipientOutcome, of recipient: String? = nil) {
        let status = refusal.status.map { "\($0) " } ?? ""
        let reply = Self.reply(refusal.code, status + refusal.reply)
        self.init(.relayRefused, recipient.map { "\($0): \(reply)" } ?? reply)
    }

    /// The error of an attempt on a queued message; nil when everybody has it.
    init?(_ result: AttemptResult) {
        if let fault = result.fault {
            self.init(fault)
        } else if let problem = result.contentProblem {
            self.init(.queueFile, problem)
        } else if let refused = result.answers.first(where: { $0.outcome.verdict != .delivered }) {
            self.init(refused.outcome, of: refused.recipient.address.description)
        } else {
            return nil
        }
    }

    /// The error of a reply that refuses.
    init(_ reply: Reply) {
        let status = reply.enhancedStatus.map { "\($0) " } ?? ""
        self.init(.relayRefused, Self.reply(reply.code, status + reply.text))
    }

    private static func reply(_ code: Int?, _ text: String) -> String {
        code.map { "\($0) \(text)" } ?? text
    }
}
