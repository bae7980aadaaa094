// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import NIOCore
import Testing

@testable import SMTPClient

/// A handshake with a proxy, as it went: what the client said, what is left over, and how it ended.
struct ProxyTranscript: Equatable {
    var sent: [[UInt8]] = []
    var left: [UInt8] = []
    var isEstablished = false
    var error: ProxyError?

    /// Feeds a machine the proxy's bytes, in pieces.
    init(_ proxy: ProxySettings, _ target: ProxyTarget, _ pieces: [[UInt8]]) throws {
        var machine = try proxy.makeMachine(for: target)
        var received = ByteBuffer()
        sent.append(Array(machine.opening.readableBytesView))
        for piece in pieces {
            received.writeBytes(piece)
            while error == nil, !isEstablished, take(&machine, &received) {}
        }
        left = Array(received.readableBytesView)
    }

    /// Whether the machine wants to be asked again.
    private mutating func take(_ machine: inout any ProxyMachine, _ received: inout ByteBuffer) -> Bool {
        do throws(ProxyError) {
            switch try machine.receive(&received) {
            case .awaitMore: return false
            case .send(let bytes): sent.append(Array(bytes.readableBytesView))
            case .establish: isEstablished = true
            }
            return true
        } catch {
            self.error = error
            return false
        }
    }
}

extension ProxyTarget {
    /// A name.
    static let name = ProxyTarget(RelayAddress(host: "relay.example", port: 587))
    /// An IPv4 address.
    static let ipv4 = ProxyTarget(RelayAddress(host: "192.0.2.7", port: 25))
    /// An IPv6 address.
    static let ipv6 = ProxyTarget(RelayAddress(host: "2001:db8::7", port: 465))
}

/// A proxy of a kind, with a login or without one.
func proxy(_ kind: ProxySettings.Kind, _ user: String? = nil, _ password: String = "") -> ProxySettings {
    let address = RelayAddress(host: "proxy.example", port: kind.standardPort)
    return ProxySettings(kind: kind, address: address, user: user, password: Secret(password))
}

/// Bytes as a transcript shows them: `05 01 00`.
func hex(_ text: String) -> [UInt8] {
    text.split(separator: " ").compactMap { UInt8($0, radix: 16) }
}
