// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import NIOCore
internal import NIOPosix

/// How sockets are set up.
package struct SocketSettings: Hashable, Sendable {
    /// Which kinds of addresses are used.
    package var addressFamilies = AddressFamilies.any
    /// The local port to connect from; 0 leaves the choice to the system.
    package var localPort = 0
    /// How much the system takes in that has not been read; nil as it likes (SO_RCVBUF).
    package var receiveBufferByteCount: Int?
    /// How much the system takes that the relay has not acknowledged; nil as it likes (SO_SNDBUF).
    package var sendBufferByteCount: Int?
    /// Whether small pieces go out at once, without waiting for acknowledgements (TCP_NODELAY).
    ///
    /// A session is all questions and answers: waiting only costs time.
    package var sendsAtOnce = true
    /// Whether the system probes connections on which nothing happens (SO_KEEPALIVE).
    package var keepsAlive = true
    /// The time without traffic after which it begins to; nil as the system is set (TCP_KEEPIDLE).
    package var keepAliveTime: Duration?
    /// The time between probes that are not answered; nil as the system is set (TCP_KEEPINTVL).
    package var keepAliveInterval: Duration?
    /// Whether what was written still goes out after closing; if not, closing resets the connection.
    package var lingers = true
    /// How long the system goes on trying after closing; nil as it is set.
    package var lingerTime: Duration?

    /// The settings that suit delivery.
    package init() {}

    /// A bootstrap that sets up such sockets.
    func apply(to bootstrap: ClientBootstrap) -> ClientBootstrap {
        var bootstrap =
            bootstrap
            .channelOption(.tcpOption(.tcp_nodelay), value: sendsAtOnce ? 1 : 0)
            .channelOption(.socketOption(.so_keepalive), value: keepsAlive ? 1 : 0)
        if let keepAliveTime {
            bootstrap = bootstrap.channelOption(.tcpOption(.keepIdle), value: Self.seconds(keepAliveTime))
        }
        if let keepAliveInterval {
            bootstrap = bootstrap.channelOption(
                .tcpOption(.keepInterval),
                value: Self.seconds(keepAliveInterval)
            )
        }
        if let receiveBufferByteCount {
            bootstrap = bootstrap.channelOption(
                .socketOption(.so_rcvbuf),
                value: .init(clamping: receiveBufferByteCount)
            )
        }
        if let sendBufferByteCount {
            bootstrap = bootstrap.channelOption(
                .socketOption(.so_sndbuf),
                value: .init(clamping: sendBufferByteCount)
            )
        }
        if localPort != 0 {
            // An earlier connection from this port may still be on its way out.
            bootstrap = bootstrap.channelOption(.socketOption(.so_reuseaddr), value: 1)
        }
        return bootstrap
    }

    /// What has to be done to a new channel besides.
    func apply(to channel: any Channel) throws {
        if !lingers {
            _ = (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        } else if let lingerTime {
            try channel.pipeline.syncOperations.addHandler(LingerHandler(lingerTime))
        }
    }

    /// Whole seconds, as many as the kernel takes.
    private static func seconds(_ duration: Duration) -> ChannelOptions.Types.SocketOption.Value {
        let (seconds, attoseconds) = duration.components
        return .init(min(max(seconds + (attoseconds > 0 ? 1 : 0), 1), 32_767))
    }
}

extension NIOBSDSocket.Option {
    fileprivate static let keepIdle = NIOBSDSocket.Option(rawValue: TCP_KEEPIDLE)
    fileprivate static let keepInterval = NIOBSDSocket.Option(rawValue: TCP_KEEPINTVL)
}
