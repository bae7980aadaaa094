// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import MailMessage
internal import NIOCore
internal import NIOPosix
internal import SMTPProtocol

/// Finds addresses with the system's resolver, on threads of its own.
///
/// The system's resolver cannot be interrupted: when time is up the caller goes on, and the thread when the resolver
/// has had its say.
struct AddressResolver: Sendable {
    /// More addresses than this are not looked at.
    private static let answerLimit = 256
    /// Resolvers that hang must not hold up the reading of contents: they have threads of their own.
    private static let threads: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: 8)
        pool.start()
        return pool
    }()

    let deadline: NIODeadline
    let loop: any EventLoop

    /// The addresses of a relay or a proxy, in the order of preference (RFC 6724); at least one.
    ///
    /// The role is what it is, in the words of error texts: "the proxy "; nothing for the relay.
    func addresses(of host: RelayAddress, role: String = "") async throws(RelayFault) -> [SocketAddress] {
        if let literal = Self.literal(host) { return [literal] }
        return try await answer("the address of \(role)\(PrintableText(host.host, limitBytes: 255))") {
            Self.lookUp(host)
        }
    }

    /// The addresses of this host to connect from: those of a network interface, or of a name or address.
    func localAddresses(of name: String, port: Int) async throws(RelayFault) -> [SocketAddress] {
        let host = RelayAddress(host: name, port: port)
        if let literal = Self.literal(host) { return [literal] }
        let found = NetworkInterface(name: name).addresses(port: port)
        guard found.isEmpty else { return found }
        return try await answer("the local address \(PrintableText(name, limitBytes: 255))") {
            Self.lookUp(host)
        }
    }

    /// An address that is written as one: nobody has to be asked, however long the name servers take for others.
    private static func literal(_ host: RelayAddress) -> SocketAddress? {
        try? SocketAddress(ipAddress: host.host, port: host.port)
    }

    private func answer(
        _ what: String,
        _ lookUp: @escaping @Sendable () -> Result<[SocketAddress], Reason>
    ) async throws(RelayFault) -> [SocketAddress] {
        let fault = { @Sendable (reason: Reason) in
            RelayFault(
                kind: .resolve,
                phase: .connect,
                code: nil,
                text: "cannot find \(what): \(reason.text)",
                cause: reason.code.map { .resolver($0) }
            )
        }
        let answer = FirstAnswer<Result<[SocketAddress], RelayFault>>()
        let reminder = loop.scheduleTask(deadline: deadline) {
            let reason = Reason(text: "the name servers did not answer in time", code: EAI_AGAIN)
            answer.give(.failure(fault(reason)))
        }
        Self.threads.submit { _ in answer.give(lookUp().mapError { fault($0) }) }
        let result = await answer.wait(whenCancelled: .failure(.givenUp(in: .connect)))
        reminder.cancel()
        return try result.get()
    }

    /// Why there is no address.
    struct Reason: Error {
        let text: String
        /// What getaddrinfo returned, if it was asked.
        var code: CInt?
    }

    /// Asks the system's resolver, and blocks meanwhile.
    static func lookUp(_ host: RelayAddress) -> Result<[SocketAddress], Reason> {
        // What getaddrinfo would read only the beginning of is no name.
        guard !host.host.utf8.contains(0) else { return .failure(Reason(text: "the name contains a NUL")) }
        var hints = addrinfo()
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host.host, String(host.port), &hints, &list)
        let errorNumber = errno
        guard code == 0 else {
            let reason =
                code == EAI_SYSTEM ? strerror(errorNumber) : gai_strerror(code).map(UnsafeMutablePointer.init)
            return .failure(Reason(text: reason.map { String(cString: $0) } ?? "error \(code)", code: code))
        }
        defer { freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var entry = list
        while let found = entry, addresses.count < answerLimit {
            entry = found.pointee.ai_next
            if let address = SocketAddress(ip: found.pointee.ai_addr) { addresses.append(address) }
        }
        return addresses.isEmpty ? .failure(Reason(text: "the name has no IP address")) : .success(addresses)
    }
}
