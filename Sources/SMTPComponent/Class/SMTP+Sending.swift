// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import SMTPProtocol
internal import Synchronization

extension SMTP {
    /// Sends the message that the properties describe.
    ///
    /// Connects when necessary, and hangs up then. When it returns, the server has taken the message for every recipient,
    /// but for those whose refusal does not count: see the settings StopOn…Errors, and the event Error.
    ///
    /// - Throws: 163 without a MailServer, 164 without From, 165 without a recipient, 166 while another method runs; 161
    ///   when the server refuses; what ``connect()`` throws.
    public func send() async throws(SMTPError) {
        try await send(.mail)
    }

    /// Sends the message to the terminals of the recipients, and to their mailboxes.
    ///
    /// - Throws: 161 when the server does not know how, or refuses; 211 with AllowExtensions = False; what ``send()``
    ///   throws.
    public func sendToTerminalAndEmail() async throws(SMTPError) {
        try await send(.sendAndMail)
    }

    /// Sends the message to the terminals of the recipients, and nowhere else.
    ///
    /// - Throws: 161 when the server does not know how, or refuses; 211 with AllowExtensions = False; what ``send()``
    ///   throws.
    public func sendToTerminalOnly() async throws(SMTPError) {
        try await send(.send)
    }

    /// Sends the message to the terminals of the recipients, or to their mailboxes where that is not possible.
    ///
    /// - Throws: 161 when the server does not know how, or refuses; 211 with AllowExtensions = False; what ``send()``
    ///   throws.
    public func sendToTerminalOrEmail() async throws(SMTPError) {
        try await send(.sendOrMail)
    }

    /// Sets back all that belongs to the headers: recipients, subject, dates and the rest of them, not the text.
    public func resetHeaders() {
        state.withLock { $0.members.resetHeaders() }
    }

    private func send(_ verb: MailVerb) async throws(SMTPError) {
        let check = verb == .mail ? Self.checkSending : Self.checkSendingToTerminal
        try await run(check: check) { [self] members throws(SMTPError) in
            let message = try OutgoingMessage(members)
            try await withSession(members) { session throws(SMTPError) in
                try await send(message, verb, over: session, members)
            }
        }
    }

    private static func checkSending(_ members: MemberStore) throws(SMTPError) {
        try checkServer(members)
        try OutgoingMessage.checkParties(members)
    }

    private static func checkSendingToTerminal(_ members: MemberStore) throws(SMTPError) {
        try checkSending(members)
        guard members.flag(.allowExtensions) else {
            throw SMTPError(.impossibleNow, "messages to terminals need AllowExtensions = True")
        }
    }

    private func send(
        _ message: OutgoingMessage,
        _ verb: MailVerb,
        over session: EngineSession,
        _ members: MemberStore
    ) async throws(SMTPError) {
        let stops = message.types.map(members.stops(on:))
        let transaction = MailTransaction(
            sender: message.sender,
            recipients: message.recipients,
            content: message.facts,
            verb: verb,
            refusalPolicy: .stop(Set(stops.indices.filter { stops[$0] }))
        )
        let outcome = await session.send(
            transaction,
            MemoryContent(bytes: message.content),
            textOffset: Int64(message.textOffset),
            resets: members.flag(.sendRSET)
        )
        let verdict = TransactionVerdict(
            outcome,
            recipients: message.recipients.map(\.address.description),
            stops: stops
        )
        for note in verdict.notes { delivery.post(.error(code: note.code, description: note.description)) }
        if let error = verdict.error { throw error }
    }
}

extension MemberStore {
    /// Whether the refusal of a recipient of this type fails the method.
    func stops(on type: SMTP.RecipientType) -> Bool {
        switch type {
        case .to: flag(.stopOnToErrors)
        case .cc: flag(.stopOnCcErrors)
        case .bcc: flag(.stopOnBccErrors)
        }
    }
}
