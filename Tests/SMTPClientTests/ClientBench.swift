// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import MailTestKit
import NIOCore
import NIOPosix
import SMTPClient
import SMTPProtocol
import SMTPSink
import Synchronization
import Testing

/// What the tests of the client have in common.
enum ClientBench {
    static let group = MultiThreadedEventLoopGroup.singleton

    /// Settings for a relay on this host.
    static func settings(
        port: Int,
        host: String = "127.0.0.1",
        security: TransportSecurity = .none
    ) -> ConnectionSettings {
        ConnectionSettings(
            relay: RelayAddress(host: host, port: port),
            security: security,
            hello: "client.example",
            connectTimeout: .seconds(20)
        )
    }

    /// Settings for TLS with `localhost`, trusting the authority of the tests.
    static func secureSettings(
        port: Int,
        host: String = "localhost",
        security: TransportSecurity = .implicitTLS
    ) throws -> ConnectionSettings {
        var settings = settings(port: port, host: host, security: security)
        settings.tls.trustedCertificatesFile = try TestCertificates.shared.get().authority.certificate
        return settings
    }

    /// Opens a session.
    static func connect(
        _ settings: ConnectionSettings,
        trace: (@Sendable (TraceDirection, String) -> Void)? = nil
    ) async throws(RelayFault) -> RelayConnection {
        try await RelayConnector(settings: settings, loop: group.next(), trace: trace).connect()
    }

    /// The fault a session fails to open with.
    static func fault(_ settings: ConnectionSettings) async throws -> RelayFault {
        do throws(RelayFault) {
            let connection = try await connect(settings)
            await connection.close()
        } catch {
            return error
        }
        throw Unexpected(description: "the session was opened")
    }

    /// A transaction for a content.
    static func transaction(
        _ facts: ContentFacts,
        to recipients: [String] = ["b@example.net"]
    ) throws -> MailTransaction {
        MailTransaction(
            sender: try EnvelopeSender(parsing: "<a@app.example>"),
            recipients: try recipients.map { try EnvelopeRecipient(parsing: "<\($0)>") },
            content: facts
        )
    }

    /// Starts a sink.
    static func sink(
        onMessage: @escaping @Sendable (SinkMessage) -> Void = { _ in },
        change: (inout SinkOptions) -> Void = { _ in }
    ) async throws -> SinkServer {
        var options = SinkOptions()
        change(&options)
        return try await SinkServer.start(options, group: group, onMessage: onMessage)
    }

    /// What should not have happened.
    struct Unexpected: Error, CustomStringConvertible {
        let description: String
    }
}
