// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// An enhanced status code: class, subject and detail, as in `4.7.1`.
///
/// - SeeAlso: RFC 3463, the registry of RFC 5248
package struct EnhancedStatus: Hashable, Sendable, CustomStringConvertible {
    /// The first number: how the matter ended.
    package enum Class: Int, Hashable, Sendable, CaseIterable {
        case success = 2
        case persistentTransientFailure = 4
        case permanentFailure = 5
    }

    /// How the matter ended.
    package let statusClass: Class
    /// What it was about: 1 addressing, 2 mailbox, 3 mail system, 4 network, 5 protocol, 6 content, 7 policy.
    package let subject: Int
    /// The particular condition within the subject.
    package let detail: Int

    /// A status from its numbers; subject and detail are brought into 0…999.
    package init(class statusClass: Class, subject: Int, detail: Int) {
        self.statusClass = statusClass
        self.subject = min(max(subject, 0), 999)
        self.detail = min(max(detail, 0), 999)
    }

    /// Reads `5.1.1` and nothing before or after it; nil when the text is anything else.
    package init?(parsing text: some StringProtocol) {
        // Byte by byte: every reply is looked at.
        var (category, subject, number) = (0, 0, 0)
        var (dotCount, digitCount) = (0, 0)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digitCount += 1
                guard digitCount <= (dotCount == 0 ? 1 : 3) else { return nil }
                number = number * 10 + Int(byte - UInt8(ascii: "0"))
            case UInt8(ascii: ".") where digitCount > 0 && dotCount < 2:
                (category, subject) = dotCount == 0 ? (number, 0) : (category, number)
                dotCount += 1
                (number, digitCount) = (0, 0)
            default: return nil
            }
        }
        guard dotCount == 2, digitCount > 0, let statusClass = Class(rawValue: category) else { return nil }
        self.init(class: statusClass, subject: subject, detail: number)
    }

    /// The three numbers with dots between them.
    package var description: String { "\(statusClass.rawValue).\(subject).\(detail)" }
}
