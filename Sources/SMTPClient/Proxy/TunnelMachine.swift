// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import NIOCore

/// The handshake of HTTP CONNECT, without a login or with Basic authentication.
///
/// ```
/// C: CONNECT relay.example:587 HTTP/1.1
/// C: Host: relay.example:587
/// C: Proxy-Authorization: Basic dXNlcjpwYXNz
/// C:
/// S: HTTP/1.1 200 Connection established
/// S:
/// ```
///
/// - SeeAlso: RFC 9110 §9.3.6, RFC 9112 §3, RFC 7617
struct TunnelMachine: ProxyMachine {
    /// The most bytes of header that are read, over all responses.
    static let headerByteLimit = 16 << 10
    private static let protocolName = Array("HTTP/1.".utf8)

    let opening: ByteBuffer
    private let hasLogin: Bool
    /// The status of the response that is being read.
    private var status: (code: Int, reason: String)?
    private var readByteCount = 0
    /// How many of the bytes left waiting are known to hold no line end.
    private var searchedByteCount = 0

    /// A handshake.
    ///
    /// - Throws: ``ProxyError`` where the target or the login cannot be told.
    init(_ proxy: ProxySettings, target: ProxyTarget) throws(ProxyError) {
        hasLogin = proxy.user != nil
        let authority = try Self.authority(target)
        var lines = ["CONNECT \(authority) HTTP/1.1", "Host: \(authority)"]
        if let user = proxy.user {
            lines.append("Proxy-Authorization: Basic \(try Self.credentials(user, proxy.password))")
        }
        lines += proxy.headers.lines
        opening = ByteBuffer(string: lines.map { $0 + "\r\n" }.joined() + "\r\n")
    }

    mutating func receive(_ received: inout ByteBuffer) throws(ProxyError) -> ProxyAction {
        while let line = try nextLine(&received) {
            guard let status else {
                self.status = try Self.status(line)
                continue
            }
            guard line.isEmpty else { continue }
            self.status = nil
            switch status.code {
            case 100..<200: continue
            case 200..<300: return .establish
            // 401 is for servers, not for proxies; tinyproxy says it nevertheless.
            case 401, 407:
                throw .refused(
                    hasLogin ? "user or password are wrong" : "it demands a login, and none is set"
                )
            default: throw .refused("\(status.code) \(status.reason)")
            }
        }
        return .awaitMore
    }

    /// Takes a line without its end out of the buffer; nil when more bytes are needed.
    private mutating func nextLine(_ received: inout ByteBuffer) throws(ProxyError) -> ByteBufferView? {
        let view = received.readableBytesView
        if status == nil, !zip(view, Self.protocolName).allSatisfy({ $0 == $1 }) {
            throw .malformed("its answer is not one of HTTP")
        }
        let end = view.dropFirst(searchedByteCount).firstIndex(of: UInt8(ascii: "\n"))
        let lineByteCount = (end ?? view.endIndex) - view.startIndex
        guard readByteCount + lineByteCount < Self.headerByteLimit else {
            throw .malformed("its header has more than \(Self.headerByteLimit) bytes")
        }
        guard let end else {
            searchedByteCount = lineByteCount
            return nil
        }
        searchedByteCount = 0
        readByteCount += lineByteCount + 1
        received.moveReaderIndex(forwardBy: lineByteCount + 1)
        let line = view[..<end]
        return line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    }

    /// The status code and its reason: `HTTP/1.1 403 Forbidden`.
    private static func status(_ line: ByteBufferView) throws(ProxyError) -> (code: Int, reason: String) {
        let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
        guard words.count >= 2, words[0].count == protocolName.count + 1, words[0].starts(with: protocolName),
            words[1].count == 3, let code = Int(String(decoding: words[1], as: UTF8.self)), code >= 100
        else { throw .malformed("its answer is not one of HTTP") }
        return (code, words.count == 3 ? PrintableText(bytes: words[2], limitBytes: 200).string : "")
    }

    private static func authority(_ target: ProxyTarget) throws(ProxyError) -> String {
        let host = target.address.host
        // Nothing in it ends the line, the word, or the name before the port.
        guard (1...255).contains(host.utf8.count), host.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            target.host != .name || !host.contains(":")
        else { throw .settings("the name \(PrintableText(host, limitBytes: 300)) cannot be asked for") }
        return target.address.description
    }

    private static func credentials(_ user: String, _ password: Secret) throws(ProxyError) -> String {
        guard !user.contains(":"), (user + password.value).utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else {
            throw .settings(
                "the user of an HTTP proxy must have no colon in it, user and password no controls"
            )
        }
        return Base64.encode(Array("\(user):\(password.value)".utf8))
    }
}
