// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOPosix

/// Where the bearer token of a login comes from.
package enum TokenSource: Hashable, Sendable {
    /// The token itself.
    case stated(Secret)
    /// A file or credential, read for each connection.
    case kept(SecretSource)
    /// A program that prints it, run for each connection.
    case command(SecretCommand)

    /// The token as it is now.
    func token() async throws(SecretError) -> Secret {
        switch self {
        case .stated(let token): return token
        case .kept(let source): return try await Self.read(source)
        case .command(let command): return try await command.run()
        }
    }

    private static func read(_ source: SecretSource) async throws(SecretError) -> Secret {
        do {
            return try await NIOThreadPool.singleton.runIfActive {
                try source.read(credentials: SecretSource.credentialsDirectory)
            }
        } catch let error as SecretError {
            throw error
        } catch {
            throw SecretError("reading it was given up")
        }
    }
}
