// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

// The login: the exchange itself is in LoginPhase.
extension SessionMachine {
    /// Begins the login, if there is to be one.
    mutating func beginLogin(_ actions: inout [SessionAction]) -> State {
        guard !settings.loginMechanisms.isEmpty else { return becomeReady(&actions) }
        let rules = SASLMechanismRules(
            candidates: settings.loginMechanisms,
            offered: capabilities.authMechanisms,
            isClearTextAllowed: isSecured || settings.allowsClearTextLogin
        )
        guard let login = LoginPhase(rules.usable) else {
            return abandon(.awaitingEHLO, rules.fault, &actions)
        }
        return begin(login, &actions)
    }

    private func begin(_ login: LoginPhase, _ actions: inout [SessionAction]) -> State {
        actions.append(.beginSASL(mechanism: login.mechanism))
        return .loggingIn(login)
    }

    /// What the mechanism on this side reports.
    mutating func advanceLogin(
        _ state: consuming State,
        on event: SessionEvent,
        _ actions: inout [SessionAction]
    ) -> State {
        switch consume state {
        case .loggingIn(var login):
            switch event {
            case .saslResponse(let response): return perform(login.respond(response), of: login, &actions)
            case .saslFailed(let reason): return perform(login.mechanismFailed(reason), of: login, &actions)
            case .saslFinished: login.mechanismFinished()
            case .saslRefused(let reason): login.mechanismRefused(reason)
            default: break
            }
            return .loggingIn(login)
        case let other:
            // The mechanism may be slower than the end of the login.
            return other
        }
    }

    mutating func perform(
        _ step: LoginPhase.Step,
        of login: LoginPhase,
        _ actions: inout [SessionAction]
    ) -> State {
        switch step {
        case .send(let command):
            return send(command, then: .loggingIn(login), &actions)
        case .challenge(let challenge):
            actions.append(.continueSASL(challenge: challenge))
            return .loggingIn(login)
        case .succeeded:
            loginMechanism = login.mechanism
            return becomeReady(&actions)
        case .tryNext(let next):
            return begin(next, &actions)
        case .failed(let fault):
            return abandon(.loggingIn(login), fault, &actions)
        case .cancelled(let fault):
            // RFC 4954 §4: a line of one asterisk. What the server says to it makes no difference.
            return abandon(send(.cancelLogin, then: .loggingIn(login), &actions), fault, &actions)
        }
    }
}
