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
        let numbers = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard numbers.count == 3, numbers[0].count == 1,
            let category = Self.number(numbers[0]).flatMap(Class.init(rawValue:)),
            let subject = Self.number(numbers[1]),
            let detail = Self.number(numbers[2])
        else { return nil }
        self.init(class: category, subject: subject, detail: detail)
    }

    /// The three numbers with dots between them.
    package var description: String { "\(statusClass.rawValue).\(subject).\(detail)" }

    /// One to three decimal digits.
    private static func number(_ digits: some Collection<UInt8>) -> Int? {
        guard (1...3).contains(digits.count) else { return nil }
        var value = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return value
    }
}
