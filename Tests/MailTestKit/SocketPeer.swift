// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Foundation
internal import Glibc
internal import Synchronization

/// A server for one client, on a plain socket with blocking calls: for tests that decide when each byte is read.
///
/// What it does is written down as a function that runs on a thread of its own: see ``play(_:)``.
package final class SocketPeer: Sendable {
    /// What went wrong.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    private let connection = Atomic<CInt>(-1)
    private let listener: CInt
    /// The port it listens on.
    package let port: Int

    /// Listens on the loopback address.
    ///
    /// - Parameters:
    ///   - receiveBufferByteCount: how much the system takes in that was not asked for; nil for as it likes.
    ///   - backlog: how many clients may wait to be accepted.
    /// - Throws: when no port is free.
    package init(receiveBufferByteCount: Int? = nil, backlog: Int = 8) throws {
        listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        if var size = receiveBufferByteCount.map(CInt.init) {
            setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<CInt>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && listen(descriptor, CInt(backlog)) == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        guard isBound else { throw Self.failure("listen") }
    }

    deinit {
        close(listener)
        hangUp()
    }

    /// Does something on a thread of its own, where it may block; the task is for its result.
    package func play<Value: Sendable>(
        _ body: @escaping @Sendable (SocketPeer) throws -> Value
    ) -> Task<Value, any Error> {
        Task {
            try await withCheckedThrowingContinuation { continuation in
                Thread { continuation.resume(with: Result { try body(self) }) }.start()
            }
        }
    }

    /// Waits for the client.
    package func accept() throws {
        let descriptor = Glibc.accept(listener, nil, nil)
        guard descriptor >= 0 else { throw Self.failure("accept") }
        connection.store(descriptor, ordering: .relaxed)
    }

    /// Closes the connection to the client.
    package func hangUp() {
        let descriptor = connection.exchange(-1, ordering: .relaxed)
        if descriptor >= 0 { close(descriptor) }
    }

    /// Sends a text.
    package func send(_ text: String) throws {
        let bytes = Array(text.utf8)
        let descriptor = connection.load(ordering: .relaxed)
        guard Glibc.send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL)) == bytes.count
        else {
            throw Self.failure("send")
        }
    }

    /// Waits for bytes, at most so many; empty when the client has closed.
    package func receive(atMost byteCount: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: byteCount)
        let count = recv(connection.load(ordering: .relaxed), &bytes, byteCount, 0)
        // A reset is as good an end as any.
        guard count >= 0 || errno == ECONNRESET else { throw Self.failure("receive") }
        return Array(bytes.prefix(max(0, count)))
    }

    /// Waits for everything until the client has closed.
    package func receiveAll() throws -> [UInt8] {
        var all: [UInt8] = []
        while true {
            let some = try receive(atMost: 65536)
            if some.isEmpty { return all }
            all += some
        }
    }

    /// Waits for a line, which is returned without its end.
    package func receiveLine() throws -> String {
        var line: [UInt8] = []
        while line.last != UInt8(ascii: "\n") {
            let byte = try receive(atMost: 1)
            guard !byte.isEmpty else {
                throw Failure(description: "the client closed in the middle of a line")
            }
            line += byte
        }
        return String(decoding: line.dropLast(2), as: UTF8.self)
    }

    /// Waits for a line that must be this one.
    package func expectLine(_ expected: String) throws {
        let line = try receiveLine()
        guard line == expected else {
            throw Failure(description: "the client said \(line), expected \(expected)")
        }
    }

    private static func failure(_ what: String) -> Failure {
        Failure(description: "cannot \(what): \(strerror(errno).map { String(cString: $0) } ?? "")")
    }
}
