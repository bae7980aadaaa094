// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import SMTPProtocol
internal import Synchronization

// What is asked of the server beside mail.
extension SMTP {
    /// Asks the server whether there is such a mailbox (VRFY); the answer stands in ``lastReply``.
    ///
    /// Connects when necessary, and hangs up then.
    ///
    /// - Throws: 161 unless the server says yes; what ``connect()`` throws.
    public func verify(_ emailAddress: String) async throws(SMTPError) {
        _ = try await ask(.verify(emailAddress)) { (250..<260).contains($0) }
    }

    /// Asks the server who is on a list (EXPN): one event Expand for each address.
    ///
    /// Connects when necessary, and hangs up then.
    ///
    /// - Throws: 161 unless the server names them; what ``connect()`` throws.
    public func expand(_ emailAddress: String) async throws(SMTPError) {
        let reply = try await ask(.expand(emailAddress)) { (250..<260).contains($0) && $0 != 252 }
        for line in reply.lines { delivery.post(.expand(address: Self.withoutStatus(line))) }
        await delivery.drain()
    }

    /// Sends a line to the server as it is: the property Command.
    ///
    /// The answer stands in ``lastReply``; one that refuses is no error.
    ///
    /// - Throws: 1117 when not connected, 192 for a line that has a line end in it or would change the protocol, 166
    ///   while another method runs; what happens to the connection.
    public func setCommand(_ line: String) async throws(SMTPError) {
        try await run { [self] members throws(SMTPError) in
            guard connected else { throw SMTPError(.connectFirst) }
            try await withSession(members) { session throws(SMTPError) in
                _ = try await session.perform(.raw(line))
            }
        }
    }

    private func ask(
        _ command: Command,
        isYes: @escaping @Sendable (Int) -> Bool
    ) async throws(SMTPError) -> Reply {
        try await run(check: Self.checkServer) { [self] members throws(SMTPError) in
            try await withSession(members) { session throws(SMTPError) in
                let reply = try await session.perform(command)
                guard isYes(reply.code) else { throw SMTPError(reply) }
                return reply
            }
        }
    }

    /// A line without the enhanced status that servers may put before it (RFC 2034).
    private static func withoutStatus(_ line: String) -> String {
        let words = line.split(separator: " ", maxSplits: 1)
        guard words.count == 2, EnhancedStatus(parsing: words[0]) != nil else { return line }
        return String(words[1])
    }
}
