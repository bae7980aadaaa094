// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import NIOCore

/// The handshake of SOCKS 4, and of SOCKS 4a where the proxy is given a name.
///
/// ```
/// C: 04 01 port(2) address(4) user 00            SOCKS 4
/// C: 04 01 port(2) 00 00 00 01 user 00 name 00   SOCKS 4a
/// S: 00 code port(2) address(4)
/// ```
struct SOCKS4Machine: ProxyMachine {
    private static let replyByteCount = 8
    private static let granted: UInt8 = 0x5A
    private static let reasons: [UInt8: String] = [
        0x5B: "the request was rejected, or the relay cannot be reached",
        0x5C: "it cannot ask this host who the user is (identd)",
        0x5D: "this host names another user (identd)",
    ]

    let opening: ByteBuffer

    /// A handshake.
    ///
    /// - Throws: ``ProxyError`` where the target or the user cannot be told.
    init(_ proxy: ProxySettings, target: ProxyTarget) throws(ProxyError) {
        let user = Array((proxy.user ?? "").utf8)
        guard user.count <= 255, !user.contains(0) else {
            throw .settings("the user of a SOCKS 4 proxy must have at most 255 bytes, none of them NUL")
        }
        var request = ByteBuffer(bytes: [0x04, 0x01] + target.portBytes)
        switch target.host {
        case .ipv4(let bytes):
            request.writeBytes(bytes + user + [0])
        case .ipv6:
            throw .settings("SOCKS 4 knows no IPv6 addresses: \(target.address)")
        case .name:
            let name = Array(target.address.host.utf8)
            guard (1...255).contains(name.count), !name.contains(0) else {
                throw .settings(
                    "the name \(PrintableText(target.address.host, limitBytes: 300)) cannot be asked for"
                )
            }
            request.writeBytes([0, 0, 0, 1] + user + [0] + name + [0])
        }
        opening = request
    }

    mutating func receive(_ received: inout ByteBuffer) throws(ProxyError) -> ProxyAction {
        let view = received.readableBytesView
        // Some proxies repeat the version of the request instead of the zero.
        if let version = view.first, version != 0x00, version != 0x04 {
            throw .malformed("its answer is not one of SOCKS 4")
        }
        guard view.count >= Self.replyByteCount, let code = view.dropFirst().first else { return .awaitMore }
        received.moveReaderIndex(forwardBy: Self.replyByteCount)
        guard code == Self.granted else { throw .refused(Self.reasons[code] ?? "code \(code)") }
        return .establish
    }
}
