// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import SMTPClient
internal import Synchronization

extension SMTP {
    /// Connects to MailServer, says hello and logs in if User is set.
    ///
    /// For several messages over one connection; ``send()`` alone connects by itself.
    ///
    /// - Throws: 104 when already connected, 163 without a MailServer, 102 for an address that is none, 166 while another
    ///   method runs; 161 when the server refuses, 118 when the proxy does; 162, 201, 1120 or a number of the network when
    ///   it cannot be reached.
    public func connect() async throws(SMTPError) {
        try await run(check: Self.checkServer) { [self] members throws(SMTPError) in
            guard !connected else { throw SMTPError(.alreadyConnected) }
            _ = try await openSession(members)
        }
    }

    /// Says QUIT and closes the connection.
    ///
    /// Not connected, it does nothing.
    ///
    /// - Throws: 166 while another method runs.
    public func disconnect() async throws(SMTPError) {
        try await run { [self] _ throws(SMTPError) in await closeSession() }
    }

    /// Stops the method that runs, which then fails with 301.
    ///
    /// When none runs it does nothing. The connection is dropped, for its state is not known then. Can be called from any
    /// thread and from an event.
    public func interrupt() {
        state.withLock(\.running)?.stop(.interrupted)
    }

    /// Returns when all events that have happened were delivered.
    public func doEvents() async throws(SMTPError) {
        await delivery.drain()
    }

    static func checkServer(_ members: MemberStore) throws(SMTPError) {
        let server = members.text(.mailServer)
        guard !server.isEmpty else { throw SMTPError(.noMailServer) }
        // The system would take it for this host.
        guard server != "0.0.0.0", server != "::" else { throw SMTPError(.invalidRemoteAddress, server) }
    }

    /// Does something with the open session, or with one that is opened for it and closed behind it.
    ///
    /// The goodbye to a session that was opened for it is no reply that anybody asked for: it does not become ``lastReply``.
    func withSession<Value: Sendable>(
        _ members: MemberStore,
        _ body: (EngineSession) async throws(SMTPError) -> Value
    ) async throws(SMTPError) -> Value {
        if let session = state.withLock({ $0.isConnected ? $0.session : nil }) {
            return try await body(session)
        }
        let session = try await openSession(members)
        do throws(SMTPError) {
            let value = try await body(session)
            await closeSessionQuietly()
            return value
        } catch {
            if session.isOpen, !Task.isCancelled { await closeSessionQuietly() }
            throw error
        }
    }

    private func closeSessionQuietly() async {
        let reply = trail.lastReply
        await closeSession()
        trail.lastReply = reply
    }

    private func openSession(_ members: MemberStore) async throws(SMTPError) -> EngineSession {
        // One that the server has closed meanwhile.
        if let old = state.withLock({ state in state.session.take() }) {
            old.reportEnd(because: SMTPError(.droppedByRelay))
        }
        let settings = try members.connection()
        trail.inform("connecting to \(settings.relay)")
        let session = try await EngineSession.open(settings, on: loop, trail: trail, delivery: delivery)
        state.withLock { $0.session = session }
        return session
    }

    private func closeSession() async {
        let session = state.withLock { state in state.session.take() }
        await session?.close()
    }
}
