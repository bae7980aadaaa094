// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage

/// What is decided before MAIL, from what the relay announced: what it cannot take, and which parameters it gets.
///
/// A message the relay cannot take fails with the code and status that the standards give to it:
///
/// | what | when | outcome |
/// |---|---|---|
/// | message | its content meets a ``ContentObstacle`` | 554 |
/// | message | is larger than SIZE (RFC 1870 §6) | 552 5.3.4 |
/// | message | its sender, or SMTPUTF8 in its envelope, needs SMTPUTF8 (RFC 6531 §3.5) | 553 5.6.7 |
/// | recipient | its address needs SMTPUTF8 | 553 5.6.7 |
/// | message | REQUIRETLS in its envelope, no TLS (RFC 8689 §4.2.1 and §5) | 550 5.7.10 |
/// | message | REQUIRETLS in its envelope, not offered, and it is no report | 550 5.7.30 |
/// | message | HOLDFOR or HOLDUNTIL, no FUTURERELEASE (RFC 4865) | 554 5.3.3 |
/// | message | BY in mode R, no DELIVERBY (RFC 2852 §4.1.4.1) | 554 5.3.3 |
///
/// Other parameters of the envelope that the relay does not offer are left out: they are wishes.
struct TransactionRules {
    private let transaction: MailTransaction
    private let capabilities: Capabilities
    private let isSecured: Bool

    /// The rules for one transaction with one relay.
    init(_ transaction: MailTransaction, capabilities: Capabilities, isSecured: Bool) {
        self.transaction = transaction
        self.capabilities = capabilities
        self.isSecured = isSecured
    }

    /// Why the relay cannot take the message at all; nil when it can.
    var refusal: RecipientOutcome? {
        contentRefusal ?? envelopeRefusal
    }

    /// Why the relay cannot take the message for this recipient; nil when it can.
    func refusal(of recipient: EnvelopeRecipient) -> RecipientOutcome? {
        guard !recipient.address.isASCII, !capabilities.supports(.smtpUTF8) else { return nil }
        return Self.failure(
            553,
            .init(class: .permanentFailure, subject: 6, detail: 7),
            "the relay does not accept internationalised addresses (SMTPUTF8 is not offered)"
        )
    }

    /// The parameters of MAIL.
    var senderParameters: SenderParameters {
        SenderParameters(
            size: capabilities.supports(.size) ? transaction.content.wireByteCount : nil,
            body: body,
            isInternationalised: capabilities.supports(.smtpUTF8) && declaresSMTPUTF8,
            passedOn: transaction.sender.parameters.filter(isPassedOn)
        )
    }

    /// The parameters of RCPT for this recipient.
    func parameters(of recipient: EnvelopeRecipient) -> [ESMTPParameter] {
        recipient.parameters.filter(isPassedOn).compactMap(inASCII)
    }

    /// What BODY says: what the content needs, or what the envelope claims.
    private var body: BodyType? {
        let needed = ContentObstacle.needed(for: transaction.content)
        if needed == .binary { return .binary }
        let isDeclared = needed == .eightBit || declaresEightBit
        return isDeclared && capabilities.supports(.eightBitMIME) ? .eightBit : nil
    }

    /// The parameter as it may stand where SMTPUTF8 is not declared; nil when there is no such form.
    ///
    /// An ORCPT of the type utf-8 has one (RFC 6533 §3), no other parameter needs one.
    private func inASCII(_ parameter: ESMTPParameter) -> ESMTPParameter? {
        guard !capabilities.supports(.smtpUTF8), let value = parameter.value, !Self.isASCII(value) else {
            return parameter
        }
        return try? ESMTPParameter(keyword: parameter.keyword, value: XText.unitext(value))
    }

    private var contentRefusal: RecipientOutcome? {
        let content = transaction.content
        if let obstacle = ContentObstacle(content, capabilities) { return obstacle.refusal }
        if let limit = capabilities.sizeLimit, content.wireByteCount > limit {
            return Self.failure(
                552,
                .init(class: .permanentFailure, subject: 3, detail: 4),
                "the message has \(content.wireByteCount) bytes, the relay accepts \(limit)"
            )
        }
        return nil
    }

    private var envelopeRefusal: RecipientOutcome? {
        if senderNeedsSMTPUTF8, !capabilities.supports(.smtpUTF8) {
            return Self.failure(
                553,
                .init(class: .permanentFailure, subject: 6, detail: 7),
                "the relay does not accept internationalised mail (SMTPUTF8 is not offered)"
            )
        }
        if has("REQUIRETLS"), !isSecured {
            return Self.failure(
                550,
                .init(class: .permanentFailure, subject: 7, detail: 10),
                "the message demands REQUIRETLS and the connection is not encrypted"
            )
        }
        // A report is not thrown away for it (RFC 8689 §5).
        if has("REQUIRETLS"), !capabilities.supports(.requireTLS), transaction.sender.path != .null {
            return Self.failure(
                550,
                .init(class: .permanentFailure, subject: 7, detail: 30),
                "the message demands REQUIRETLS and the relay does not offer it"
            )
        }
        if has("HOLDFOR") || has("HOLDUNTIL"), !capabilities.supports(.futureRelease) {
            return Self.failure(
                554,
                .init(class: .permanentFailure, subject: 3, detail: 3),
                "the message is to be held and the relay does not offer FUTURERELEASE"
            )
        }
        if returnsWhenLate, !capabilities.supports(.deliverBy) {
            return Self.failure(
                554,
                .init(class: .permanentFailure, subject: 3, detail: 3),
                "the message has a deadline and the relay does not offer DELIVERBY"
            )
        }
        return nil
    }

    private var senderNeedsSMTPUTF8: Bool {
        has("SMTPUTF8") || transaction.sender.path.address.map { !$0.isASCII } ?? false
    }

    private var declaresSMTPUTF8: Bool {
        senderNeedsSMTPUTF8 || transaction.content.hasNonASCIIHeader
            || transaction.recipients.contains { recipient in
                !recipient.address.isASCII
                    || recipient.parameters.contains { $0.value.map { !Self.isASCII($0) } ?? false }
            }
    }

    private var declaresEightBit: Bool {
        transaction.sender.parameters.contains {
            $0.keyword == "BODY" && $0.value?.uppercased() == "8BITMIME"
        }
    }

    /// BY in mode R: the sender wants the message back rather than late (RFC 2852 §4).
    private var returnsWhenLate: Bool {
        transaction.sender.parameters.contains { parameter in
            guard parameter.keyword == "BY", let mode = parameter.value?.split(separator: ";").last else {
                return false
            }
            return mode.uppercased().hasPrefix("R")
        }
    }

    private func has(_ keyword: String) -> Bool {
        transaction.sender.parameters[keyword] != nil
    }

    /// Whether a parameter of the envelope goes to the relay as it is.
    ///
    /// BODY and SMTPUTF8 are computed.
    private func isPassedOn(_ parameter: ESMTPParameter) -> Bool {
        switch parameter.keyword {
        case "RET", "ENVID", "NOTIFY", "ORCPT": capabilities.supports(.deliveryStatusNotifications)
        case "MT-PRIORITY": capabilities.supports(.priority)
        case "HOLDFOR", "HOLDUNTIL": capabilities.supports(.futureRelease)
        case "BY": capabilities.supports(.deliverBy)
        case "REQUIRETLS": capabilities.supports(.requireTLS)
        case "AUTH": capabilities.supports(.authentication)
        default: false
        }
    }

    private static func isASCII(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 < 0x80 }
    }

    private static func failure(_ code: Int, _ status: EnhancedStatus, _ reason: String) -> RecipientOutcome {
        RecipientOutcome(verdict: .failed, code: code, status: status, reply: reason)
    }
}
