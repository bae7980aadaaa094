// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import SMTPClient

/// Decodes the keys of a `[[Relay]]` section that say how sockets are set up.
struct SocketDecoder {
    let section: SectionReader

    /// The settings of sockets.
    func settings() throws(ConfigurationError) -> SocketSettings {
        var socket = SocketSettings()
        socket.addressFamilies =
            switch try section.spelling("UseIPv6") {
            case "never": .ipv4
            case "only": .ipv6
            case "prefer": .ipv6Preferred
            default: .any
            }
        socket.localPort = try localPort()
        socket.receiveBufferByteCount = try section.byteCount("InBufferSize").map { Int(clamping: $0) }
        socket.sendBufferByteCount = try section.byteCount("OutBufferSize").map { Int(clamping: $0) }
        socket.sendsAtOnce = try section.boolean("TcpNoDelay") ?? true
        socket.keepsAlive = try section.boolean("TCPKeepAlive") ?? true
        for key in ["KeepAliveTime", "KeepAliveInterval"] where section.has(key) && !socket.keepsAlive {
            throw section.error(key, "\(key) and TCPKeepAlive = false exclude each other")
        }
        socket.keepAliveTime = try section.integer("KeepAliveTime").map { .milliseconds($0) }
        socket.keepAliveInterval = try section.integer("KeepAliveInterval").map { .milliseconds($0) }
        socket.lingers = try section.boolean("Linger") ?? true
        if section.has("LingerTime"), !socket.lingers {
            throw section.error("LingerTime", "LingerTime and Linger = false exclude each other")
        }
        socket.lingerTime = try section.duration("LingerTime")
        return socket
    }

    private func localPort() throws(ConfigurationError) -> Int {
        let port = try section.integer("LocalPort") ?? 0
        let connections = try section.integer("Connections")
        guard port == 0 || connections == 1 else {
            throw section.error(
                "LocalPort",
                "LocalPort: a port serves one connection to a relay at a time: set Connections = 1"
            )
        }
        return port
    }
}
