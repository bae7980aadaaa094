// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Submission

/// The message on the standard input of `sendmail`; one that is empty has an empty body.
final class SubmittedText: MessageSource {
    private let input: MessageInput
    private var reader: SubmittedTextReader
    private var isEmpty = true
    private var isAtEnd = false

    init(_ input: MessageInput, reader: SubmittedTextReader) {
        self.input = input
        self.reader = reader
    }

    func next() throws(CommandFailure) -> [UInt8]? {
        while !isAtEnd {
            let piece = try input.next() ?? []
            let text = reader.read(piece[...])
            isAtEnd = piece.isEmpty || reader.isAtEnd
            guard text.isEmpty else {
                isEmpty = false
                return text
            }
        }
        guard isEmpty else { return nil }
        isEmpty = false
        return [UInt8(ascii: "\n")]
    }
}
