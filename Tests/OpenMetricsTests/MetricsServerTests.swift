// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import NIOCore
import NIOPosix
import Testing

@testable import OpenMetrics

@Suite("The listener for metrics", .timeLimit(.minutes(1)))
struct MetricsServerTests {
    private static let request = "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"

    private func serving(
        lifetime: TimeAmount = .seconds(30),
        _ body: (SocketAddress) async throws -> Void
    ) async throws {
        let server = try await start(try SocketAddress(ipAddress: "127.0.0.1", port: 0), lifetime: lifetime)
        try await body(try #require(server.address))
        await server.stop()
    }

    private func start(
        _ address: SocketAddress,
        lifetime: TimeAmount = .seconds(30)
    ) async throws -> MetricsServer {
        try await .start(on: address, group: MultiThreadedEventLoopGroup.singleton, lifetime: lifetime) {
            format in
            format == .openMetrics ? "open\n# EOF\n" : "plain\n"
        }
    }

    private func answer(_ request: String, at address: SocketAddress) async throws -> String {
        let client = try await RawClient(address)
        client.send(request)
        return try await client.end()
    }

    @Test("answers one request with the format that it asks for, and closes")
    func answers() async throws {
        try await serving { address async throws in
            let plain = try await answer(Self.request + Self.request, at: address)
            #expect(plain.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(plain.contains("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"))
            #expect(plain.contains("\r\nConnection: close\r\n"))
            #expect(plain.hasSuffix("\r\n\r\nplain\n"))
            #expect(plain.components("200 OK") == 1)
            let open = try await answer(
                "GET /metrics HTTP/1.1\r\nHost: a\r\nAccept: application/openmetrics-text\r\n\r\n",
                at: address
            )
            #expect(
                open.contains(
                    "\r\nContent-Type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n"
                )
            )
            #expect(open.hasSuffix("\r\n\r\nopen\n# EOF\n"))
        }
    }

    @Test(
        "answers nothing else",
        arguments: [
            ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "404"),
            ("PUT /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "405"),
            ("GET /metrics HTTP/1.0\r\n\r\n", "200"),
        ]
    )
    func statuses(request: String, status: String) async throws {
        try await serving { address async throws in
            #expect(try await answer(request, at: address).hasPrefix("HTTP/1.1 \(status) "))
        }
    }

    @Test(
        "hangs up on what is no request",
        arguments: [
            "EHLO me\r\n", "\u{0}\u{1}\u{2}\u{3}", "GET /metrics HTTP/9.9\r\n\r\n",
            "GET /metrics HTTP/1.1\r\nHost : a\r\n\r\n",
            "GET /" + String(repeating: "a", count: 9000),
            "GET /metrics HTTP/1.1\r\nX: " + String(repeating: "a", count: 9000),
            "GET /metrics HTTP/1.1\r\n" + String(repeating: "X: y\r\n", count: 2000),
            "POST /metrics HTTP/1.1\r\nContent-Length: 99999\r\n\r\n" + String(repeating: "a", count: 9000),
        ]
    )
    func hostile(request: String) async throws {
        try await serving { address async throws in
            #expect(try await answer(request, at: address).isEmpty)
            #expect(try await answer(Self.request, at: address).hasSuffix("plain\n"))
        }
    }

    @Test(
        "ends a connection whose time is over",
        arguments: ["", "GET /metrics HTTP/1.1\r\n", "POST /metrics HTTP/1.1\r\nContent-Length: 9\r\n\r\n"]
    )
    func slow(request: String) async throws {
        try await serving(lifetime: .milliseconds(50)) { address async throws in
            #expect(try await answer(request, at: address).isEmpty)
        }
    }

    @Test(
        "has sixteen connections at one time: one more ends the oldest, and nobody is kept out by those who only hold one"
    )
    func crowd() async throws {
        try await serving { address async throws in
            var crowd: [RawClient] = []
            for _ in 0..<40 { crowd.append(try await RawClient(address)) }
            for client in crowd[..<24] { #expect(try await client.end().isEmpty) }
            #expect(try await answer(Self.request, at: address).hasSuffix("plain\n"))
            for client in crowd[25...] { client.send(Self.request) }
            for client in crowd[25...] { #expect(try await client.end().hasSuffix("plain\n")) }
        }
    }

    @Test("listens on a socket, in place of one that was left over")
    func socket() async throws {
        let folder = try TemporaryDirectory()
        let address = try SocketAddress(unixDomainSocketPath: folder.path + "/socket")
        let left = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton).bind(to: address)
            .get()
        let server = try await start(address)
        #expect(try await answer(Self.request, at: address).hasSuffix("plain\n"))
        await server.stop()
        try? await left.close()
    }

    @Test("does not take the place of a file that is no socket, nor of another listener")
    func taken() async throws {
        let folder = try TemporaryDirectory()
        await #expect(throws: (any Error).self) {
            try await start(try SocketAddress(unixDomainSocketPath: folder.path))
        }
        try await serving { address async throws in
            await #expect(throws: (any Error).self) { try await start(address) }
        }
    }
}

extension String {
    fileprivate func components(_ separator: String) -> Int { ranges(of: separator).count }
}
