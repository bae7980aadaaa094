// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore
internal import NIOPosix
internal import SMTPProtocol

/// One connection over one ``Route``, with the handshake of the proxy where there is one.
///
/// Belongs to its event loop.
final class ConnectionAttempt {
    private let route: Route
    private let plan: ConnectionPlan
    private var channel: (any Channel)?
    private var isGivenUp = false

    /// The session, whose part begins when the connection stands.
    private(set) var session: SessionHandler?

    init(_ route: Route, _ plan: ConnectionPlan) {
        self.route = route
        self.plan = plan
    }

    /// Connects; the channel is ready to be talked over.
    func begin() -> EventLoopFuture<any Channel> {
        let (settings, loop) = (plan.settings, plan.loop)
        let established = loop.makePromise(of: Void.self)
        let proxy: ProxyHandler?
        do {
            proxy = try route.target.flatMap { target in
                try settings.proxy.map {
                    ProxyHandler(try $0.makeMachine(for: target), established: established)
                }
            }
        } catch {
            established.fail(error)
            return loop.makeFailedFuture(error)
        }
        if proxy == nil { established.succeed() }
        let bound = NIOLoopBound((attempt: self, proxy: proxy), eventLoop: loop)
        var bootstrap = settings.socket.apply(to: ClientBootstrap(group: loop))
            // The race keeps the time for all of its attempts; this is only a net below it.
            .connectTimeout(TimeAmount(settings.connectTimeout))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try bound.value.attempt.setUp(channel, bound.value.proxy)
                }
            }
        if let local = route.local { bootstrap = bootstrap.bind(to: local) }
        let connected = bootstrap.connect(to: route.hop)
        connected.whenFailure { established.fail($0) }
        return connected.flatMap { channel in established.futureResult.map { channel } }
    }

    /// Closes the connection, or gives up making it.
    func giveUp() {
        isGivenUp = true
        channel?.close(promise: nil)
    }

    private func setUp(_ channel: any Channel, _ proxy: ProxyHandler?) throws {
        guard !isGivenUp else { throw ChannelError.ioOnClosedChannel }
        self.channel = channel
        try plan.settings.socket.apply(to: channel)
        let pipeline = channel.pipeline.syncOperations
        if let proxy { try pipeline.addHandler(proxy) }
        let session = plan.makeSession()
        self.session = session
        if let tls = plan.tls, plan.settings.security == .implicitTLS {
            try pipeline.addHandler(tls.makeHandler())
        }
        try pipeline.addHandler(session)
    }
}
