// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import NIOCore
import NIOPosix
import SMTPProtocol

@testable import SMTPClient

/// Races over loopback.
enum RaceBench {
    /// A plan for connections with these settings.
    static func plan(_ settings: ConnectionSettings, on loop: any EventLoop) -> ConnectionPlan {
        ConnectionPlan(
            settings: settings,
            loop: loop,
            tls: nil,
            pacer: nil,
            tolerance: OverlapTolerance(),
            trace: nil
        )
    }

    /// A route to a port of this host.
    static func route(_ port: Int) throws -> Route {
        Route(hop: try SocketAddress(ipAddress: "127.0.0.1", port: port), local: nil, target: nil)
    }

    /// Runs a race.
    static func run(
        _ routes: [Route],
        _ settings: ConnectionSettings,
        on loop: any EventLoop = ClientBench.group.next()
    ) async throws(RelayFault) -> ConnectionRace.Connection {
        let deadline = NIODeadline.now() + TimeAmount(settings.connectTimeout)
        let plan = plan(settings, on: loop)
        let outcome = await withCheckedContinuation { waiter in
            loop.execute { ConnectionRace(routes, plan, until: deadline).begin(waiter) }
        }
        return try outcome.get()
    }

    /// The routes to a relay on this host.
    static func routes(_ settings: ConnectionSettings) async throws(RelayFault) -> [Route] {
        let resolver = AddressResolver(deadline: .now() + .seconds(10), loop: ClientBench.group.next())
        return try await RouteFinder(settings: settings, resolver: resolver).routes()
    }

    /// Why there is no route to a relay.
    static func faultOfRoutes(_ settings: ConnectionSettings) async -> RelayFault? {
        do throws(RelayFault) {
            _ = try await routes(settings)
            return nil
        } catch {
            return error
        }
    }
}
