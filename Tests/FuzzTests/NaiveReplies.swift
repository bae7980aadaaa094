// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import SMTPProtocol

/// What must be read of a stream of replies, in the plainest words: the whole stream at once.
struct NaiveReplies: Equatable {
    var replies: [Reply] = []
    var error: ReplyError?
    /// What waits for more; not counted behind an error.
    var unreadByteCount = 0

    init() {}

    init(_ bytes: [UInt8], limits: ReplyLimits) {
        var rest = bytes[...]
        var code: Int?
        var texts: [PrintableText] = []
        while let end = rest.firstIndex(of: 0x0A) {
            var line = Array(rest[..<end])
            rest = rest[(end + 1)...]
            if line.last == 0x0D { line.removeLast() }
            let digits = line.prefix(3).filter { (0x30...0x39).contains($0) }
            let number = Int(String(decoding: digits, as: UTF8.self)) ?? 0
            error =
                line.count > limits.lineByteCount
                ? .lineTooLong
                : digits.count < 3
                    ? .malformedLine
                    : !(200...599).contains(number)
                        ? .codeOutOfRange
                        : line.count > 3 && line[3] != 0x20 && line[3] != 0x2D
                            ? .malformedLine
                            : code ?? number != number
                                ? .codeChanged
                                : texts.count == limits.lineCount ? .tooManyLines : nil
            if error != nil { return }
            texts.append(PrintableText(bytes: line.dropFirst(4), limitBytes: limits.lineByteCount))
            code = number
            if line.count < 4 || line[3] == 0x20 {
                replies.append(Reply(code: number, lines: texts))
                (code, texts) = (nil, [])
            }
        }
        if rest.count > limits.lineByteCount + 1 {
            error = .lineTooLong
        } else {
            unreadByteCount = rest.count
        }
    }

    /// The numbers of the enhanced status that a line begins with.
    static func status(of line: String, code: Int) -> [Int]? {
        let word = line.utf8.prefix { $0 != 0x20 }
        let parts = word.split(separator: 0x2E, omittingEmptySubsequences: false)
        let isNumber = { (part: Substring.UTF8View) in part.allSatisfy { (0x30...0x39).contains($0) } }
        guard parts.count == 3, parts.allSatisfy({ (1...3).contains($0.count) && isNumber($0) }) else {
            return nil
        }
        let numbers = parts.compactMap { Int(Substring($0)) }
        return parts[0].count == 1 && [2, 4, 5].contains(numbers[0]) && numbers[0] == code / 100
            ? numbers : nil
    }
}
