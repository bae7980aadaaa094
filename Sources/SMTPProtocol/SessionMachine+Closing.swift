// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore

// All the ways in which a session ends.
extension SessionMachine {
    /// Ends the session because of a fault.
    ///
    /// What is known of a running transaction is told.
    mutating func abandon(
        _ state: consuming State,
        _ fault: RelayFault,
        _ actions: inout [SessionAction]
    ) -> State {
        var fault = fault
        switch consume state {
        case .closed:
            return .closed
        case .quitting:
            return close(&actions)
        case .transacting(let pipeline):
            if pipeline.showsIntolerance(fault) { actions.append(.avoidOverlap) }
            let end = pipeline.end(after: fault)
            fault = end.fault
            sayGoodbye(after: fault, &actions)
            for outcome in end.outcomes { finish(outcome, &actions) }
        case .commanding:
            sayGoodbye(after: fault, &actions)
            actions.append(.finishCommand(.failure(fault)))
        case .initial, .awaitingGreeting, .awaitingEHLO, .awaitingHELO, .awaitingStartTLS, .negotiatingTLS,
            .loggingIn,
            .idle:
            sayGoodbye(after: fault, &actions)
        }
        self.fault = fault
        actions.append(.fail(fault))
        return close(&actions)
    }

    /// The connection is closed once what was written has gone out.
    mutating func close(_ actions: inout [SessionAction]) -> State {
        actions.append(.close)
        return .closed
    }

    /// The driver reported what cannot be: the session cannot be trusted any more.
    mutating func misuse(_ what: String, _ state: consuming State, _ actions: inout [SessionAction]) -> State
    {
        let fault = RelayFault(kind: .local, phase: state.phase, code: nil, text: "internal error: \(what)")
        return abandon(state, fault, &actions)
    }

    mutating func quit(_ state: consuming State, _ actions: inout [SessionAction]) -> State {
        switch consume state {
        case .idle:
            return send(.quit, then: .quitting, &actions)
        case .quitting:
            return .quitting
        case .closed:
            return .closed
        case .transacting(let pipeline):
            return abandon(.transacting(pipeline), givenUp(in: pipeline.phase), &actions)
        case .commanding:
            return abandon(.commanding, givenUp(in: .command), &actions)
        case .initial, .awaitingGreeting, .awaitingEHLO, .awaitingHELO, .awaitingStartTLS, .negotiatingTLS,
            .loggingIn:
            return close(&actions)
        }
    }

    mutating func timeOut(_ state: consuming State, _ actions: inout [SessionAction]) -> State {
        guard let phase = state.timedPhase else { return state }
        let text: String
        if let limit = settings.timeouts.operation, limit <= settings.timeouts[phase] {
            text = "it was not done within \(limit.components.seconds) s"
        } else {
            let seconds = settings.timeouts[phase].components.seconds
            text =
                phase == .content
                ? "the server took nothing for \(seconds) s" : "the server did not answer within \(seconds) s"
        }
        return abandon(state, RelayFault(kind: .timeout, phase: phase, code: nil, text: text), &actions)
    }

    mutating func loseConnection(
        _ reason: String?,
        _ state: consuming State,
        _ actions: inout [SessionAction]
    ) -> State {
        let text = reason.map { "the connection was lost: \($0)" } ?? "the server closed the connection"
        return abandon(
            state,
            RelayFault(kind: .connectionLost, phase: state.phase, code: nil, text: text),
            &actions
        )
    }

    private func givenUp(in phase: SessionPhase) -> RelayFault {
        RelayFault(kind: .local, phase: phase, code: nil, text: "the session was given up on this side")
    }

    /// QUIT without waiting for its reply, where the server refused and waits for the next command.
    private mutating func sayGoodbye(after fault: RelayFault, _ actions: inout [SessionAction]) {
        switch fault.kind {
        case .greeting, .tlsRefused, .authenticationNotOffered, .authenticationRefused:
            guard awaitedReplyCount == 0 else { return }
            var line = ByteBuffer()
            guard (try? CommandEncoder.encode(.quit, into: &line)) != nil else { return }
            actions.append(.write(line))
        case .resolve, .connect, .tlsVerification, .serviceClosing, .timeout, .connectionLost,
            .protocolViolation, .local:
            return
        }
    }
}
