// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import NIOCore

@testable import SMTPClient

/// The answers of a proxy; the first byte chooses its kind.
enum ProxyAnswerTarget {
    /// A handshake as it went.
    private struct Handshake: Equatable {
        var sent: [ByteBuffer]
        var left: [UInt8] = []
        var isEstablished = false
        var error: String?
    }

    private static let kinds: [ProxySettings.Kind] = [.tunnel, .socks4, .socks4a, .socks5]

    static func run(_ input: [UInt8]) throws(Violation) {
        guard let first = input.first else { return }
        let answer = Array(input.dropFirst())
        let whole = try handshake(first, [answer[...]])
        if let error = whole.error { try FuzzTarget.expectPrintable(error) }
        try Violation.unless(
            !whole.isEstablished || answer.suffix(whole.left.count) == whole.left[...],
            "what is the relay's stays"
        )
        for pieces in FuzzTarget.splits(of: answer) {
            let handshake = try handshake(first, pieces)
            try Violation.unless(
                handshake.error == whole.error && handshake.sent == whole.sent,
                "a handshake goes alike however it is split"
            )
            try Violation.unless(
                whole.error != nil || handshake == whole,
                "a handshake ends alike however it is split"
            )
        }
    }

    private static func handshake(
        _ choice: UInt8,
        _ pieces: [ArraySlice<UInt8>]
    ) throws(Violation) -> Handshake {
        let proxy = ProxySettings(
            kind: kinds[Int(choice & 3)],
            address: RelayAddress(host: "proxy.example", port: 1080),
            user: choice & 4 == 0 ? nil : "user",
            password: Secret("secret")
        )
        guard
            var machine = try? proxy.makeMachine(for: ProxyTarget(RelayAddress(host: "192.0.2.7", port: 25)))
        else {
            throw Violation(property: "a proxy can be asked for an address")
        }
        var handshake = Handshake(sent: [machine.opening])
        var received = ByteBuffer()
        for piece in pieces {
            received.writeBytes(piece)
            while handshake.error == nil, !handshake.isEstablished {
                do throws(ProxyError) {
                    let action = try machine.receive(&received)
                    if action == .awaitMore { break }
                    if case .send(let bytes) = action { handshake.sent.append(bytes) }
                    handshake.isEstablished = action == .establish
                } catch {
                    handshake.error = error.summary
                }
            }
            try Violation.unless(
                handshake.isEstablished || handshake.error != nil
                    || received.readableBytes <= TunnelMachine.headerByteLimit,
                "what waits is bounded"
            )
        }
        handshake.left = Array(received.readableBytesView)
        return handshake
    }
}
