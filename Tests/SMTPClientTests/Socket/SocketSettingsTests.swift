// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Glibc
import MailTestKit
import NIOCore
import NIOPosix
import SMTPProtocol
import Testing

@testable import SMTPClient

@Suite(.timeLimit(.minutes(1))) struct SocketSettingsTests {
    private let peer: SocketPeer

    init() throws {
        peer = try SocketPeer()
    }

    private func connect(
        to other: SocketPeer? = nil,
        localHost: String? = nil,
        change: (inout SocketSettings) -> Void
    ) async throws -> any Channel {
        var settings = ClientBench.settings(port: (other ?? peer).port)
        settings.localHost = localHost
        change(&settings.socket)
        let routes = try await RaceBench.routes(settings)
        return try await RaceBench.run(routes, settings).channel
    }

    private func option(
        _ channel: any Channel,
        _ option: ChannelOptions.Types.SocketOption
    ) async throws -> Int {
        Int(try await channel.getOption(option).get())
    }

    /// Whether closing waits, and how long.
    private func lingering(_ channel: any Channel) async throws -> [CInt] {
        let provider = try #require(channel as? any SocketOptionProvider)
        return withUnsafeBytes(of: try await provider.getSoLinger().get()) {
            Array($0.bindMemory(to: CInt.self))
        }
    }

    private func tcp(_ option: CInt) -> ChannelOptions.Types.SocketOption {
        ChannelOptions.Types.SocketOption(level: .tcp, name: .init(rawValue: option))
    }

    @Test("As they are, pieces go out at once and idle connections are probed")
    func defaults() async throws {
        let channel = try await connect { _ in }
        #expect(try await option(channel, tcp(TCP_NODELAY)) == 1)
        #expect(try await option(channel, .init(level: .socket, name: .so_keepalive)) == 1)
        #expect(try await lingering(channel).first == 0)
        try await channel.close()
    }

    @Test("Every setting reaches the socket")
    func everySetting() async throws {
        let channel = try await connect {
            $0.sendsAtOnce = false
            $0.keepAliveTime = .milliseconds(60_500)
            $0.keepAliveInterval = .seconds(7)
            $0.receiveBufferByteCount = 40_000
            $0.sendBufferByteCount = 30_000
            $0.lingers = false
        }
        #expect(try await option(channel, tcp(TCP_NODELAY)) == 0)
        #expect(try await option(channel, tcp(TCP_KEEPIDLE)) == 61)
        #expect(try await option(channel, tcp(TCP_KEEPINTVL)) == 7)
        // The kernel doubles what is asked for.
        #expect(try await option(channel, .init(level: .socket, name: .so_rcvbuf)) == 80_000)
        #expect(try await option(channel, .init(level: .socket, name: .so_sndbuf)) == 60_000)
        #expect(try await lingering(channel) == [1, 0])
        try await channel.close()
        let silent = try await connect { $0.keepsAlive = false }
        #expect(try await option(silent, .init(level: .socket, name: .so_keepalive)) == 0)
        try await silent.close()
    }

    @Test("Times out of all proportion are cut to what the kernel takes")
    func extremes() async throws {
        let channel = try await connect {
            $0.keepAliveTime = .seconds(1 << 40)
            $0.keepAliveInterval = .nanoseconds(1)
            $0.lingerTime = .seconds(1 << 40)
            $0.receiveBufferByteCount = .max
            $0.sendBufferByteCount = .max
        }
        #expect(try await option(channel, tcp(TCP_KEEPIDLE)) == 32_767)
        #expect(try await option(channel, tcp(TCP_KEEPINTVL)) == 1)
        try await channel.close()
    }

    @Test("The time to linger begins when the connection is closed")
    func lingerTime() async throws {
        let channel = try await connect { $0.lingerTime = .seconds(3) }
        #expect(try await option(channel, tcp(TCP_USER_TIMEOUT)) == 0)
        let seen = Collector<Int>()
        try await channel.pipeline.addHandler(CloseWatcher(seen), position: .first)
        try await channel.close()
        #expect(seen.values == [3000])
    }

    @Test(
        "What is connected from is an address, a name or an interface of this host",
        arguments: ["127.0.0.1", "localhost", "lo"]
    )
    func localHost(name: String) async throws {
        let channel = try await connect(localHost: name) { _ in }
        #expect(channel.localAddress?.ipAddress == "127.0.0.1")
        try await channel.close()
    }

    @Test("Another address of this host can be chosen")
    func otherLocalHost() async throws {
        let channel = try await connect(localHost: "127.0.0.9") { _ in }
        #expect(channel.localAddress?.ipAddress == "127.0.0.9")
        try await channel.close()
    }

    @Test(
        "What is no address of this host is this host's fault",
        arguments: ["192.0.2.1", "nonesuch0.invalid", "::1"]
    )
    func wrongLocalHost(name: String) async throws {
        let fault = await #expect(throws: RelayFault.self) {
            _ = try await connect(localHost: name) { _ in }
        }
        #expect(fault?.kind == .local)
    }

    @Test("The local port can be chosen, and chosen again")
    func localPort() async throws {
        let free = try SocketPeer().port
        // To one and the same peer the system would not connect again for a minute.
        for peer in [peer, try SocketPeer()] {
            let channel = try await connect(to: peer) { $0.localPort = free }
            #expect(channel.localAddress?.port == free)
            try await channel.close()
        }
    }
}

/// Notes what the time to linger is when a channel is being closed.
private final class CloseWatcher: ChannelOutboundHandler, Sendable {
    typealias OutboundIn = ByteBuffer

    private let seen: Collector<Int>

    init(_ seen: Collector<Int>) {
        self.seen = seen
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        let option = ChannelOptions.Types.SocketOption(level: .tcp, name: .init(rawValue: TCP_USER_TIMEOUT))
        if let value = try? context.channel.syncOptions?.getOption(option) { seen.add(Int(value)) }
        context.close(mode: mode, promise: promise)
    }
}
