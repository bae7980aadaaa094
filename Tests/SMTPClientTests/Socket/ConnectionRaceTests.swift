// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import NIOCore
import NIOPosix
import SMTPProtocol
import Testing

@testable import SMTPClient

@Suite(.timeLimit(.minutes(1))) struct ConnectionRaceTests {
    /// A port that swallows everything: its queue is full, and nobody accepts.
    private func blackHole() async throws -> (peer: SocketPeer, fillers: [any Channel]) {
        let peer = try SocketPeer(backlog: 0)
        let bootstrap = ClientBootstrap(group: ClientBench.group)
        let filler = try await bootstrap.connect(host: "127.0.0.1", port: peer.port).get()
        return (peer, [filler])
    }

    @Test("An address that swallows everything costs a moment, not the time for connecting")
    func blackHoleIsPassed() async throws {
        let (hole, fillers) = try await blackHole()
        let relay = try SocketPeer()
        var settings = ClientBench.settings(port: relay.port)
        settings.connectTimeout = .seconds(30)
        let clock = ContinuousClock()
        let begin = clock.now
        let connection = try await RaceBench.run(
            [try RaceBench.route(hole.port), try RaceBench.route(relay.port)],
            settings
        )
        #expect(clock.now - begin < .seconds(5))
        #expect(connection.route.hop.port == relay.port)
        try await connection.channel.close()
        for filler in fillers { try await filler.close() }
    }

    @Test("The text names every address with its reason, when none could be connected to")
    func allReasons() async throws {
        let (hole, fillers) = try await blackHole()
        var settings = ClientBench.settings(port: 587, host: "relay.example")
        settings.connectTimeout = .milliseconds(400)
        let routes = [try RaceBench.route(1), try RaceBench.route(hole.port)]
        let fault = await #expect(throws: RelayFault.self) { _ = try await RaceBench.run(routes, settings) }
        #expect(fault?.kind == .connect)
        #expect(
            fault?.text
                == "cannot connect to relay.example:587: 127.0.0.1:1: Connection refused; 127.0.0.1:\(hole.port): no answer within 1 s"
        )
        for filler in fillers { try await filler.close() }
    }

    @Test("Giving up ends the race at once, also one that has not begun")
    func givingUp() async throws {
        let (hole, fillers) = try await blackHole()
        let settings = ClientBench.settings(port: hole.port)
        let connecting = Task { try await ClientBench.connect(settings) }
        connecting.cancel()
        let result = await connecting.result
        let fault = #expect(throws: RelayFault.self) { _ = try result.get() }
        #expect(fault?.kind == .local)
        for filler in fillers { try await filler.close() }
    }

    @Test("A host name leads to its addresses, of the families that are wanted")
    func families() async throws {
        var settings = ClientBench.settings(port: 25, host: "127.0.0.1")
        #expect(try await RaceBench.routes(settings).map { $0.hop.ipAddress } == ["127.0.0.1"])
        settings.socket.addressFamilies = .ipv6
        let fault = await RaceBench.faultOfRoutes(settings)
        #expect(fault?.kind == .local)
        #expect(fault?.text.contains("UseIPv6") == true)
    }

    @Test("With SOCKS 5 every address of the relay is a target; a name is one where the proxy resolves it")
    func targets() async throws {
        var settings = ClientBench.settings(port: 25, host: "localhost")
        settings.proxy = proxy(.socks5)
        settings.proxy?.address = RelayAddress(host: "127.0.0.1", port: 1080)
        let resolved = try await RaceBench.routes(settings)
        #expect(resolved.allSatisfy { $0.target?.host != .name })
        settings.proxy?.resolvesNames = true
        #expect(try await RaceBench.routes(settings).map { $0.target?.host } == [.name])
        settings.proxy?.kind = .socks4
        settings.proxy?.resolvesNames = false
        let targets = try await RaceBench.routes(settings).map { $0.target?.host }
        #expect(targets == [.ipv4([127, 0, 0, 1])])
    }
}
