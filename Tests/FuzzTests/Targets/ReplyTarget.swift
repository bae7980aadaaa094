// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import NIOCore
import SMTPProtocol

/// Replies of a server, one after the other, with narrow limits and with the usual ones.
enum ReplyTarget {
    static func run(_ input: [UInt8]) throws(Violation) {
        for limits in [ReplyLimits(lineByteCount: 40, lineCount: 4), .standard] {
            let expected = NaiveReplies(input, limits: limits)
            for pieces in FuzzTarget.splits(of: input) + [[input[...]]] {
                try Violation.unless(
                    read(pieces, limits: limits) == expected,
                    "replies are read to the letter, however they are split"
                )
            }
            for reply in expected.replies { try check(reply) }
        }
    }

    private static func read(_ pieces: [ArraySlice<UInt8>], limits: ReplyLimits) -> NaiveReplies {
        var parser = ReplyParser(limits: limits)
        var buffer = ByteBuffer()
        var result = NaiveReplies()
        for piece in pieces {
            buffer.writeBytes(piece)
            do throws(ReplyError) {
                while let reply = try parser.parse(&buffer) { result.replies.append(reply) }
            } catch {
                result.error = error
                return result
            }
        }
        result.unreadByteCount = buffer.readableBytes
        return result
    }

    private static func check(_ reply: Reply) throws(Violation) {
        for text in reply.lines + [reply.text] { try FuzzTarget.expectPrintable(text) }
        let status = NaiveReplies.status(of: reply.lines.first ?? "", code: reply.code)
        try Violation.unless(
            reply.enhancedStatus.map { [$0.statusClass.rawValue, $0.subject, $0.detail] } == status,
            "an enhanced status is read to the letter, or not at all"
        )
    }
}
