// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore

// Commands outside of a transaction.
extension SessionMachine {
    mutating func beginCommand(
        _ command: Command,
        _ state: consuming State,
        _ actions: inout [SessionAction]
    ) -> State {
        switch consume state {
        case .idle:
            guard command.standsAlone else {
                return refuse("the \(command) command \(CommandError.reservedVerb.summary)", &actions)
            }
            if command.needsSMTPUTF8, !capabilities.supports(.smtpUTF8) {
                return refuse("the relay does not accept internationalised addresses", &actions)
            }
            do throws(CommandError) {
                var line = ByteBuffer()
                try CommandEncoder.encode(command, into: &line)
                awaitedReplyCount += 1
                actions.append(.write(line))
                return .commanding
            } catch {
                return refuse("the \(command) command \(error.summary)", &actions)
            }
        case .closed:
            actions.append(.finishCommand(.failure(closingFault)))
            return .closed
        case let other:
            // Both end: what was running, if something was, and this one.
            let next = misuse("a command before the session was free for it", other, &actions)
            return beginCommand(command, next, &actions)
        }
    }

    mutating func receiveCommandReply(_ reply: Reply, _ actions: inout [SessionAction]) -> State {
        if case .fault(let fault) = ReplyClassifier.judge(reply, to: .command) {
            return abandon(.commanding, fault, &actions)
        }
        actions.append(.finishCommand(.success(reply)))
        return .idle
    }

    /// Why a session that is closed takes nothing more.
    var closingFault: RelayFault {
        fault ?? RelayFault(kind: .connectionLost, phase: .idle, code: nil, text: "the session is closed")
    }

    /// Does not send a command; the session goes on.
    private func refuse(_ reason: String, _ actions: inout [SessionAction]) -> State {
        let fault = RelayFault(kind: .local, phase: .command, code: nil, text: reason)
        actions.append(.finishCommand(.failure(fault)))
        return .idle
    }
}
