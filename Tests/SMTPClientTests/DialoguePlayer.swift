// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import SMTPClient
import SMTPProtocol

/// Plays the client's part of a ``Dialogue`` with the real client.
///
/// An actor, so that messages are asked for in their order.
actor DialoguePlayer {
    /// How a dialogue has ended.
    struct End {
        var replies: [Int?] = []
        var outcomes: [TransactionOutcome] = []
        /// The last fault.
        var fault: RelayFault?
        /// Whether the session still stood when all was said.
        var isOpen = false
    }

    /// Sends the commands and messages of a dialogue, as many messages at a time as it says, then quits.
    func play(_ dialogue: Dialogue, _ settings: ConnectionSettings) async -> End {
        var end = End()
        do throws(RelayFault) {
            let connection = try await ClientBench.connect(settings)
            for line in dialogue.commands {
                end.replies.append(try? await connection.perform(line.command).get().code)
            }
            var sending: [Task<TransactionOutcome, Never>] = []
            while end.outcomes.count < dialogue.messages.count {
                let limit = min(dialogue.messages.count, end.outcomes.count + dialogue.inHand)
                for message in dialogue.messages[sending.count..<limit] {
                    sending.append(Task.immediate { await self.send(message, over: connection) })
                }
                let outcome = await sending[end.outcomes.count].value
                end.outcomes.append(outcome)
                end.fault = outcome.fault ?? end.fault
            }
            end.isOpen = connection.isOpen
            await connection.close()
        } catch {
            end.fault = error
        }
        return end
    }

    private func send(
        _ message: Dialogue.Message,
        over connection: RelayConnection
    ) async -> TransactionOutcome {
        await connection.send(message.transaction, content: MemoryContent(message.content))
    }
}

extension TransactionOutcome {
    /// The fault that ended the session, if one did.
    var fault: RelayFault? {
        switch self {
        case .relayFault(let fault), .unconfirmed(_, let fault): fault
        case .settled, .stopped, .contentFailed: nil
        }
    }
}
