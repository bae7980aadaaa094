// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage

/// The login of a session: the exchange between the server and the SASL mechanism the driver runs.
///
/// ```
/// C: AUTH PLAIN AGFsaWNlAHNlY3JldA==        beginSASL, saslResponse(initial), saslFinished
/// S: 235 2.7.0 Welcome                      succeeded
/// ```
///
/// - SeeAlso: RFC 4954 §4
struct LoginPhase {
    /// What follows from what happened.
    enum Step {
        /// Send this and wait for the reply.
        case send(Command)
        /// Give the mechanism this challenge.
        case challenge([UInt8])
        /// The server knows who we are.
        case succeeded
        /// Begin anew with the next mechanism.
        case tryNext(LoginPhase)
        /// The login failed.
        case failed(RelayFault)
        /// The login failed on this side while the server waits: it is told so.
        case cancelled(RelayFault)
    }

    /// What is awaited.
    private enum Stage {
        /// → awaitingReply on the mechanism's first response
        case awaitingInitialResponse
        /// → awaitingResponse on 334; → the end on any other reply
        case awaitingReply
        /// → awaitingReply on the mechanism's response
        case awaitingResponse
    }

    /// More rounds than any mechanism has.
    private static let challengeLimit = 32

    /// The name of the mechanism, in upper case.
    let mechanism: String
    /// The mechanisms to take when the server finds this one impossible for the user, best first.
    private let alternatives: ArraySlice<String>
    private var stage = Stage.awaitingInitialResponse
    /// An initial response too long for the AUTH line.
    private var withheldResponse: [UInt8]?
    private var challengeCount = 0
    private var isMechanismContent = false
    /// Why the server refuses, as it has told the mechanism.
    private var refusal: String?

    /// A login with the first of some mechanisms; nil when there is none.
    init?(_ mechanisms: some Collection<String>) {
        guard let first = mechanisms.first else { return nil }
        mechanism = first
        alternatives = Array(mechanisms).dropFirst()
    }

    /// The mechanism has made a response; nil when it has none to begin with.
    mutating func respond(_ response: [UInt8]?) -> Step {
        switch stage {
        case .awaitingInitialResponse:
            stage = .awaitingReply
            guard let response,
                !CommandEncoder.fitsInAuthenticate(mechanism: mechanism, initialResponse: response)
            else {
                return .send(.authenticate(mechanism: mechanism, initialResponse: response))
            }
            withheldResponse = response
            return .send(.authenticate(mechanism: mechanism, initialResponse: nil))
        case .awaitingResponse:
            stage = .awaitingReply
            return .send(.saslResponse(response ?? []))
        case .awaitingReply:
            return .failed(fault(.local, "the login mechanism spoke out of turn"))
        }
    }

    /// The mechanism has seen all it needs of the server.
    mutating func mechanismFinished() {
        isMechanismContent = true
    }

    /// The server has told the mechanism that the login is refused, and why.
    ///
    /// Its reply, which is still to come, decides; but it cannot make a success of it.
    mutating func mechanismRefused(_ reason: String) {
        isMechanismContent = false
        refusal = reason
    }

    /// The mechanism cannot go on.
    func mechanismFailed(_ reason: String) -> Step {
        let fault = fault(.authenticationRefused, reason)
        if case .awaitingResponse = stage { return .cancelled(fault) }
        return .failed(fault)
    }

    /// The server has replied to AUTH or to a response.
    mutating func receive(_ reply: Reply) -> Step {
        switch ReplyClassifier.judge(reply, to: .authentication) {
        case .completed:
            // A server that has not proved itself where the mechanism asks for it may be anyone.
            guard isMechanismContent else {
                return .failed(
                    fault(
                        .authenticationRefused,
                        "the server ended the login before the mechanism had finished"
                    )
                )
            }
            return .succeeded
        case .intermediate:
            return receiveChallenge(reply)
        case .fault(let fault):
            if ReplyClassifier.suggestsOtherMechanism(reply), let next = LoginPhase(alternatives) {
                return .tryNext(next)
            }
            return .failed(explained(fault))
        case .refused(let outcome):
            return .failed(fault(.authenticationRefused, outcome.reply))
        }
    }

    /// The fault with what the server told the mechanism.
    private func explained(_ fault: RelayFault) -> RelayFault {
        guard let refusal else { return fault }
        return RelayFault(
            kind: fault.kind,
            phase: fault.phase,
            code: fault.code,
            text: "\(fault.text) (\(refusal))"
        )
    }

    private mutating func receiveChallenge(_ reply: Reply) -> Step {
        challengeCount += 1
        stage = .awaitingResponse
        guard challengeCount <= Self.challengeLimit else {
            return .cancelled(fault(.protocolViolation, "the server sent too many login challenges"))
        }
        if let response = withheldResponse {
            withheldResponse = nil
            stage = .awaitingReply
            return .send(.saslResponse(response))
        }
        guard reply.lines.count == 1, let challenge = Base64.decode(reply.lines[0].withoutTrailingBlanks)
        else {
            return .cancelled(
                fault(.protocolViolation, "the server sent a login challenge that is not base64")
            )
        }
        return .challenge(challenge)
    }

    private func fault(_ kind: RelayFault.Kind, _ text: String) -> RelayFault {
        RelayFault(kind: kind, phase: .authentication, code: nil, text: text)
    }
}

extension String {
    /// The text without the blanks at its end.
    fileprivate var withoutTrailingBlanks: Substring {
        guard let last = lastIndex(where: { $0 != " " }) else { return "" }
        return self[...last]
    }
}
