// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import NIOCore

/// The handshake of SOCKS 5, without a login or with user and password.
///
/// ```
/// C: 05 n methods(n)
/// S: 05 method
/// C: 01 length user length password    where the method is 02
/// S: 01 status
/// C: 05 01 00 type address port(2)
/// S: 05 reply 00 type address port(2)
/// ```
///
/// - SeeAlso: RFC 1928, RFC 1929
struct SOCKS5Machine: ProxyMachine {
    private enum State {
        /// → awaitingLogin or awaitingReply by the method chosen
        case awaitingMethod
        /// → awaitingReply on success
        case awaitingLogin
        /// → established
        case awaitingReply
        /// no exit
        case established
    }

    private static let version: UInt8 = 0x05
    private static let withoutLogin: UInt8 = 0x00
    private static let withPassword: UInt8 = 0x02
    private static let reasons: [UInt8: String] = [
        0x01: "it has failed",
        0x02: "its rules do not allow the connection",
        0x03: "the network cannot be reached",
        0x04: "the host cannot be reached",
        0x05: "the relay refused the connection",
        0x06: "the time to live expired",
        0x07: "it does not know the command",
        0x08: "it does not know this kind of address",
    ]

    let opening: ByteBuffer
    private let login: ByteBuffer?
    private let request: ByteBuffer
    private var state = State.awaitingMethod

    /// A handshake.
    ///
    /// - Throws: ``ProxyError`` where the target or the login cannot be told.
    init(_ proxy: ProxySettings, target: ProxyTarget) throws(ProxyError) {
        login = try proxy.user.map { user throws(ProxyError) in try Self.login(user, proxy.password) }
        request = try Self.request(target)
        let methods = login == nil ? [Self.withoutLogin] : [Self.withoutLogin, Self.withPassword]
        opening = ByteBuffer(bytes: [Self.version, UInt8(methods.count)] + methods)
    }

    mutating func receive(_ received: inout ByteBuffer) throws(ProxyError) -> ProxyAction {
        switch state {
        case .awaitingMethod: try receiveMethod(&received)
        case .awaitingLogin: try receiveLoginStatus(&received)
        case .awaitingReply: try receiveReply(&received)
        case .established: .establish
        }
    }

    private mutating func receiveMethod(_ received: inout ByteBuffer) throws(ProxyError) -> ProxyAction {
        try expect(Self.version, received, "its answer is not one of SOCKS 5")
        guard let answer = received.readBytes(length: 2) else { return .awaitMore }
        switch (answer[1], login) {
        case (Self.withoutLogin, _):
            state = .awaitingReply
            return .send(request)
        case (Self.withPassword, .some(let login)):
            state = .awaitingLogin
            return .send(login)
        case (0xFF, nil):
            throw .refused("it demands a login, and none is set")
        case (0xFF, .some):
            throw .refused("it takes no login with user and password")
        default:
            throw .malformed("it chose a method of login that was not offered")
        }
    }

    private mutating func receiveLoginStatus(_ received: inout ByteBuffer) throws(ProxyError) -> ProxyAction {
        // Some proxies answer with the version of SOCKS instead of that of the login.
        if received.readableBytesView.first != Self.version {
            try expect(0x01, received, "its answer to the login is not one of SOCKS 5")
        }
        guard let answer = received.readBytes(length: 2) else { return .awaitMore }
        guard answer[1] == 0 else { throw .refused("user or password are wrong") }
        state = .awaitingReply
        return .send(request)
    }

    private mutating func receiveReply(_ received: inout ByteBuffer) throws(ProxyError) -> ProxyAction {
        try expect(Self.version, received, "its reply is not one of SOCKS 5")
        let view = received.readableBytesView
        guard let code = view.dropFirst().first else { return .awaitMore }
        guard code == 0 else { throw .refused(Self.reasons[code] ?? "code \(code)") }
        guard let type = view.dropFirst(3).first else { return .awaitMore }
        let addressByteCount: Int
        switch type {
        case 0x01: addressByteCount = 4
        case 0x04: addressByteCount = 16
        case 0x03:
            guard let length = view.dropFirst(4).first else { return .awaitMore }
            addressByteCount = 1 + Int(length)
        default:
            throw .malformed("its reply has an address of an unknown kind")
        }
        let byteCount = 4 + addressByteCount + 2
        guard view.count >= byteCount else { return .awaitMore }
        received.moveReaderIndex(forwardBy: byteCount)
        state = .established
        return .establish
    }

    private func expect(_ version: UInt8, _ received: ByteBuffer, _ problem: String) throws(ProxyError) {
        if let first = received.readableBytesView.first, first != version { throw .malformed(problem) }
    }

    private static func login(_ user: String, _ password: Secret) throws(ProxyError) -> ByteBuffer {
        let (user, password) = (Array(user.utf8), Array(password.value.utf8))
        guard let userLength = UInt8(exactly: user.count),
            let passwordLength = UInt8(exactly: password.count),
            userLength > 0
        else {
            throw .settings("user and password of a SOCKS 5 proxy may have at most 255 bytes each")
        }
        return ByteBuffer(bytes: [0x01, userLength] + user + [passwordLength] + password)
    }

    private static func request(_ target: ProxyTarget) throws(ProxyError) -> ByteBuffer {
        let address: [UInt8]
        switch target.host {
        case .ipv4(let bytes): address = [0x01] + bytes
        case .ipv6(let bytes): address = [0x04] + bytes
        case .name:
            let name = Array(target.address.host.utf8)
            guard let length = UInt8(exactly: name.count), length > 0 else {
                throw .settings(
                    "the name \(PrintableText(target.address.host, limitBytes: 300)) cannot be asked for"
                )
            }
            address = [0x03, length] + name
        }
        return ByteBuffer(bytes: [version, 0x01, 0x00] + address + target.portBytes)
    }
}
