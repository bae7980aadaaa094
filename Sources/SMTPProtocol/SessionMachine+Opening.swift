// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

// From the connection to the first moment a login or mail is possible: greeting, EHLO or HELO, STARTTLS.
extension SessionMachine {
    mutating func connect(_ state: consuming State, _ actions: inout [SessionAction]) -> State {
        guard case .initial = state else { return misuse("connected twice", state, &actions) }
        isSecured = settings.security == .implicitTLS
        awaitedReplyCount = 1
        return .awaitingGreeting
    }

    mutating func receiveGreeting(_ reply: Reply, _ actions: inout [SessionAction]) -> State {
        if let fault = Self.fault(of: reply, in: .greeting) {
            return abandon(.awaitingGreeting, fault, &actions)
        }
        guard settings.usesExtensions else { return sendHELO(&actions) }
        return send(.ehlo(settings.hello), then: .awaitingEHLO, &actions)
    }

    mutating func receiveEHLOReply(_ reply: Reply, _ actions: inout [SessionAction]) -> State {
        if let fault = Self.fault(of: reply, in: .ehlo) {
            // HELO knows neither TLS nor a login: falling back to it would do without what is demanded.
            let isHELOEnough = settings.security == .none && settings.loginMechanisms.isEmpty
            guard isHELOEnough, ReplyClassifier.suggestsHELO(reply) else {
                return abandon(.awaitingEHLO, fault, &actions)
            }
            return send(.helo(settings.hello), then: .awaitingHELO, &actions)
        }
        capabilities = Capabilities(ehlo: reply)
        if !settings.usesChunking { capabilities = capabilities.without([.chunking, .binaryMIME]) }
        guard settings.security == .startTLS, !isSecured else { return beginLogin(&actions) }
        guard capabilities.supports(.startTLS) else {
            let fault = RelayFault(
                kind: .tlsRefused,
                phase: .ehlo,
                code: nil,
                text: "the server does not offer STARTTLS"
            )
            return abandon(.awaitingEHLO, fault, &actions)
        }
        return send(.startTLS, then: .awaitingStartTLS, &actions)
    }

    /// HELO in place of EHLO, where nothing is demanded that only an extension can give.
    private mutating func sendHELO(_ actions: inout [SessionAction]) -> State {
        guard settings.security != .startTLS, settings.loginMechanisms.isEmpty else {
            let fault = RelayFault(
                kind: .local,
                phase: .ehlo,
                code: nil,
                text: "STARTTLS and a login need extensions, which are switched off"
            )
            return abandon(.awaitingHELO, fault, &actions)
        }
        return send(.helo(settings.hello), then: .awaitingHELO, &actions)
    }

    mutating func receiveHELOReply(_ reply: Reply, _ actions: inout [SessionAction]) -> State {
        if let fault = Self.fault(of: reply, in: .ehlo) { return abandon(.awaitingHELO, fault, &actions) }
        capabilities = .none
        return becomeReady(&actions)
    }

    mutating func receiveStartTLSReply(_ reply: Reply, _ actions: inout [SessionAction]) -> State {
        if let fault = Self.fault(of: reply, in: .startTLS) {
            return abandon(.awaitingStartTLS, fault, &actions)
        }
        actions.append(.startTLS)
        return .negotiatingTLS
    }

    mutating func establishTLS(_ state: consuming State, _ actions: inout [SessionAction]) -> State {
        if case .closed = state { return .closed }
        guard case .negotiatingTLS = state else { return misuse("TLS without STARTTLS", state, &actions) }
        // RFC 3207 §4.2: what the server said in clear text is forgotten.
        isSecured = true
        capabilities = .none
        forgetReceived()
        return send(.ehlo(settings.hello), then: .awaitingEHLO, &actions)
    }

    /// The session can take mail.
    mutating func becomeReady(_ actions: inout [SessionAction]) -> State {
        let facts = SessionFacts(
            capabilities: capabilities,
            isSecured: isSecured,
            mechanism: loginMechanism,
            pipelineDepth: PipelinePhase.depth(capabilities, overlaps: settings.overlapsTransactions)
        )
        actions.append(.ready(facts))
        return .idle
    }

    /// The fault in a reply that has to be the awaited one.
    private static func fault(of reply: Reply, in phase: SessionPhase) -> RelayFault? {
        switch ReplyClassifier.judge(reply, to: phase) {
        case .completed: nil
        case .fault(let fault): fault
        case .intermediate, .refused: ReplyClassifier.judgeUnsolicited(reply, in: phase)
        }
    }
}
