// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore
internal import SMTPClient
internal import SMTPProtocol
internal import Synchronization

/// One connection to the server: all that the class asks of the engine.
///
/// Thread-safe; one request at a time.
final class EngineSession: Sendable {
    /// What the events ConnectionStatus say.
    enum Status: String {
        case proxyConnected = "Firewall connected"
        case proxyDisconnected = "Firewall disconnected"
        case connected = "Connected"
        case disconnected = "Disconnected"
        case secured = "TLS established"
        case unsecured = "TLS ended"
    }

    private let connection: RelayConnection
    private let hasProxy: Bool
    private let delivery: EventDelivery
    private let hasSent = Atomic(false)

    private init(_ connection: RelayConnection, hasProxy: Bool, _ delivery: EventDelivery) {
        self.connection = connection
        self.hasProxy = hasProxy
        self.delivery = delivery
    }

    /// Connects, says hello and logs in.
    static func open(
        _ settings: ConnectionSettings,
        on loop: any EventLoop,
        trail: ProtocolTrail,
        delivery: EventDelivery
    ) async throws(SMTPError) -> EngineSession {
        let connector = RelayConnector(settings: settings, loop: loop) { trail.note($0, $1) }
        do throws(RelayFault) {
            let connection = try await connector.connect()
            let session = EngineSession(connection, hasProxy: settings.proxy != nil, delivery)
            if session.hasProxy { session.report(.proxyConnected) }
            if session.isSecured { session.report(.secured) }
            session.report(.connected)
            return session
        } catch {
            throw SMTPError(error)
        }
    }

    /// Whether another request can be made.
    var isOpen: Bool { connection.isOpen }

    /// The address that was connected to.
    var peer: String { connection.peer }

    /// The TLS version; nil in clear text.
    var tlsVersion: String? { connection.tlsVersion }

    /// Sends a message, and fires the events of its transfer.
    ///
    /// - Parameters:
    ///   - transaction: the envelope.
    ///   - content: the message.
    ///   - textOffset: where the text of the message begins.
    ///   - resets: whether RSET goes before it when there was a transaction before.
    /// - Returns: what became of it.
    func send(
        _ transaction: MailTransaction,
        _ content: any ContentSource,
        textOffset: Int64,
        resets: Bool
    ) async -> TransactionOutcome {
        if hasSent.exchange(true, ordering: .relaxed), resets {
            if case .failure(let fault) = await connection.perform(.reset) { return .relayFault(fault) }
        }
        let transfer = Mutex(TransferMachine(byteCount: content.byteCount, textOffset: textOffset))
        return await connection.send(transaction, content: content) { [delivery] count in
            for event in transfer.withLock({ $0.progressed(to: count) }) { delivery.post(event) }
        }
    }

    /// Sends a command, and waits for its reply.
    ///
    /// - Throws: 192 when it cannot be sent as one line; the connection goes on then.
    func perform(_ command: Command) async throws(SMTPError) -> Reply {
        do throws(RelayFault) {
            return try await connection.perform(command).get()
        } catch {
            throw isOpen && error.kind == .local ? SMTPError(.invalidValue, error.text) : SMTPError(error)
        }
    }

    /// Says QUIT and closes.
    func close() async {
        await connection.close()
        reportEnd(because: nil)
    }

    /// Tells that the connection has ended.
    func reportEnd(because error: SMTPError?) {
        report(.disconnected, error)
        if isSecured { report(.unsecured, error) }
        if hasProxy { report(.proxyDisconnected, error) }
    }

    private var isSecured: Bool { connection.facts.isSecured }

    private func report(_ status: Status, _ error: SMTPError? = nil) {
        let text = error?.description ?? "OK"
        let code = error?.code ?? 0
        delivery.post(.connectionStatus(event: status.rawValue, statusCode: code, description: text))
    }
}
