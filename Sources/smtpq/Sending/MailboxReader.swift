// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ProgramOutput
internal import Submission

/// The messages of an mbox.
final class MailboxReader: MessageSequence, MessageSource {
    private let input: MessageInput
    private var parser = MailboxParser()
    /// What was found and not handed over, from the last to the next.
    private var events: [MailboxParser.Event] = []
    private var hasBegun = false
    private var isAtEnd = false

    /// The messages of an input that is read once.
    init(_ input: MessageInput) { self.input = input }

    func nextMessage() throws(CommandFailure) -> MessagePlace? {
        while let event = try peek() {
            events.removeLast()
            if case .message(let line) = event {
                hasBegun = true
                return MessagePlace(description: "line \(line) of \(input.name)") { self }
            }
            guard hasBegun else {
                throw CommandFailure(
                    "\(input.name) is no mbox, for its first line does not begin with \"From \"; one message is sent without --batch",
                    .badData
                )
            }
        }
        return nil
    }

    func next() throws(CommandFailure) -> [UInt8]? {
        guard case .content(let bytes)? = try peek() else { return nil }
        events.removeLast()
        return bytes
    }

    /// The next event, left where it is; nil at the end.
    private func peek() throws(CommandFailure) -> MailboxParser.Event? {
        while events.isEmpty, !isAtEnd {
            if let piece = try input.next() {
                events = parser.parse(piece).reversed()
            } else {
                isAtEnd = true
                events = parser.end().reversed()
            }
        }
        return events.last
    }
}
