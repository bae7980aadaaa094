// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import NIOCore
package import SMTPProtocol

/// Opens connections to one relay.
///
/// What all of them need, such as the trusted certificates, is read once and kept; what is limited, such as the rate of
/// transfer, all of them share, and what they find out about the relay. Thread-safe.
package final class RelayConnector: Sendable {
    private let settings: ConnectionSettings
    private let loop: any EventLoop
    private let trace: SessionTrace?
    private let context: TLSContextSource
    private let tolerance = OverlapTolerance()
    private let pacer: NIOLoopBoundBox<TransferPacer>?

    /// A connector.
    ///
    /// - Parameters:
    ///   - settings: where to connect to, and how.
    ///   - loop: the event loop that all its connections run on.
    ///   - trace: is shown every line, printable, without secrets and contents; called on the event loop.
    package init(
        settings: ConnectionSettings,
        loop: any EventLoop,
        trace: (@Sendable (TraceDirection, String) -> Void)? = nil
    ) {
        self.settings = settings
        self.loop = loop
        self.trace = trace.map(SessionTrace.init(report:))
        context = TLSContextSource(settings.tls)
        pacer = settings.maxTransferRate.map { rate in
            NIOLoopBoundBox.makeBoxSendingValue(TransferPacer(bytesPerSecond: rate), eventLoop: loop)
        }
    }

    /// Resolves, connects, secures, greets and logs in.
    ///
    /// Cancelling the task gives up and closes. The addresses of the relay, or of the proxy, race each other: see
    /// ``RaceMachine``.
    ///
    /// - Throws: ``RelayFault`` that names the relay and the reason. Nothing is open then.
    package func connect() async throws(RelayFault) -> RelayConnection { try await connect(observer: nil) }

    /// The same; an observer is shown the certificates of the relay, and TLS is refused then.
    func connect(observer: TLSClient.Observer?) async throws(RelayFault) -> RelayConnection {
        let deadline = NIODeadline.now() + connectTimeout
        let tls = try await makeTLSClient(observer: observer)
        let plan = ConnectionPlan(
            settings: settings,
            loop: loop,
            tls: tls,
            pacer: pacer,
            tolerance: tolerance,
            trace: trace
        )
        let routes = try await routes(until: deadline)
        return try await begin(try await race(ConnectionRace(routes, plan, until: deadline)))
    }

    /// Time for finding the relay's addresses and connecting to one of them.
    var connectTimeout: TimeAmount { TimeAmount(settings.connectTimeout) }

    /// The ways to the relay; at least one.
    func routes(until deadline: NIODeadline) async throws(RelayFault) -> [Route] {
        let resolver = AddressResolver(deadline: deadline, loop: loop)
        return try await RouteFinder(settings: settings, resolver: resolver).routes()
    }

    private func makeTLSClient(observer: TLSClient.Observer?) async throws(RelayFault) -> TLSClient? {
        guard settings.security != .none else { return nil }
        let name = try TLSPeerName(settings)
        return TLSClient(
            context: try await context.context(),
            name: name,
            settings: settings,
            observer: observer
        )
    }

    private func race(_ race: sending ConnectionRace) async throws(RelayFault) -> ConnectionRace.Connection {
        let race = NIOLoopBoundBox.makeBoxSendingValue(race, eventLoop: loop)
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                loop.execute { race.value.begin(waiter) }
            }
        } onCancel: {
            loop.execute { race.value.giveUp() }
        }
        return try outcome.get()
    }

    /// Waits until the session can take mail.
    private func begin(_ connected: ConnectionRace.Connection) async throws(RelayFault) -> RelayConnection {
        let session = connected.session
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                loop.execute { session.value.whenReady(waiter) }
            }
        } onCancel: {
            loop.execute { session.value.quit() }
        }
        let ready = try result.get()
        let peer = connected.route.description
        return RelayConnection(channel: connected.channel, session: session, peer: peer, ready: ready)
    }
}
