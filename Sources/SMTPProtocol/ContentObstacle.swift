// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Why a content cannot go to a relay as it is, though it could in another encoding.
///
/// | what | where | outcome if it stays so |
/// |---|---|---|
/// | holds a NUL | no BINARYMIME with CHUNKING (RFC 3030 §3) | 554 5.6.0 |
/// | has a line of more than 998 bytes (RFC 5322 §2.1.1) | the same | 554 5.6.0 |
/// | is 8-bit | no 8BITMIME (RFC 6152 §3) | 554 5.6.3 |
package enum ContentObstacle: Hashable, Sendable {
    /// It holds a NUL.
    case nul
    /// It has a line that is too long, of so many bytes.
    case longLine(byteCount: Int)
    /// It holds bytes above 127.
    case eightBit

    private static let lineByteLimit = 998

    /// What stands in the way of this content to a server of these capabilities; nil when nothing does.
    package init?(_ content: ContentFacts, _ capabilities: Capabilities) {
        switch Self.needed(for: content) {
        case nil:
            return nil
        case .eightBit:
            if capabilities.supports(.eightBitMIME) { return nil }
            self = .eightBit
        case .binary:
            if capabilities.supports(.chunking), capabilities.supports(.binaryMIME) { return nil }
            self = content.hasNUL ? .nul : .longLine(byteCount: content.longestLine)
        }
    }

    /// What a content must be declared as; nil when it consists of 7-bit lines.
    static func needed(for content: ContentFacts) -> BodyType? {
        if content.hasNUL || content.longestLine > lineByteLimit { return .binary }
        return content.isEightBit ? .eightBit : nil
    }

    /// The outcome of a message that is not re-encoded.
    var refusal: RecipientOutcome { outcome(reason) }

    /// The outcome of a message that cannot be re-encoded, for this reason.
    package func refusal(because problem: String) -> RecipientOutcome {
        outcome("\(reason); it cannot be re-encoded: \(problem)")
    }

    private var reason: String {
        switch self {
        case .nul:
            "the message contains a NUL byte, and the relay does not offer BINARYMIME"
        case .longLine(let byteCount):
            "the message has a line of \(byteCount) bytes, the limit is \(Self.lineByteLimit)"
        case .eightBit:
            "the message has 8-bit content and the relay accepts only 7-bit (8BITMIME is not offered)"
        }
    }

    private func outcome(_ reason: String) -> RecipientOutcome {
        let status = EnhancedStatus(
            class: .permanentFailure,
            subject: 6,
            detail: self == .eightBit ? 3 : 0
        )
        return RecipientOutcome(verdict: .failed, code: 554, status: status, reply: reason)
    }
}
