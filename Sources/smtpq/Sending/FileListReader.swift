// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import ProgramOutput
internal import Submission

/// The messages of a list of files, one file a message.
final class FileListReader: MessageSequence {
    /// The longest name of a file, in bytes: PATH_MAX of the system.
    private static let nameLimit = 4096

    private let input: MessageInput
    private let separator: UInt8
    /// What was read and not handed over.
    private var rest: ArraySlice<UInt8> = []
    private var isAtEnd = false

    /// The files that an input names, one a line, or with a NUL behind each.
    init(_ input: MessageInput, endsNamesWithNull: Bool) {
        self.input = input
        separator = endsNamesWithNull ? 0 : UInt8(ascii: "\n")
    }

    func nextMessage() throws(CommandFailure) -> MessagePlace? {
        while let name = try nextName() {
            guard !name.isEmpty else { continue }
            return MessagePlace(file: Array(name))
        }
        return nil
    }

    private func nextName() throws(CommandFailure) -> ArraySlice<UInt8>? {
        while true {
            if let end = rest.firstIndex(of: separator) {
                defer { rest = rest[(end + 1)...] }
                return rest[..<end]
            }
            guard rest.count <= Self.nameLimit else {
                throw CommandFailure(
                    "\(input.name) has a name of more than \(Self.nameLimit) bytes: is it a list of files?",
                    .badData
                )
            }
            guard !isAtEnd else {
                defer { rest = [] }
                return rest.isEmpty ? nil : rest
            }
            if let piece = try input.next() { rest += piece } else { isAtEnd = true }
        }
    }
}

extension MessagePlace {
    /// A message that is a file.
    init(file path: [UInt8]) {
        self.init(description: PrintableText(String(decoding: path, as: UTF8.self), limitBytes: 300).string) {
            () throws(CommandFailure) in try MessageInput(regularFile: path)
        }
    }
}
