// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The value of a property or a setting, in any of the forms that values have.
///
/// Never shows itself: it may be a password or a message.
package enum MemberValue: Hashable, Sendable {
    /// The forms.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// True or False.
        case flag
        /// A whole number; enumerated values too.
        case number
        /// Text.
        case text
        /// Bytes.
        case bytes
    }

    /// True or False.
    case flag(Bool)
    /// A whole number.
    case number(Int)
    /// Text.
    case text(String)
    /// Bytes.
    case bytes([UInt8])

    /// Which form it has.
    package var kind: Kind {
        switch self {
        case .flag: .flag
        case .number: .number
        case .text: .text
        case .bytes: .bytes
        }
    }

    /// The value as text: what ``SMTP/config(_:)`` returns.
    package var string: String {
        switch self {
        case .flag(let flag): flag ? "True" : "False"
        case .number(let number): String(number)
        case .text(let text): text
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        }
    }

    /// The same value in another form; nil when it has none.
    ///
    /// Of the words, `True` and `Yes` are 1, `False` and `No` are 0, in any case.
    package func converted(to kind: Kind) -> MemberValue? {
        switch kind {
        case self.kind: self
        case .flag: number.flatMap { $0 == 0 || $0 == 1 ? .flag($0 == 1) : nil }
        case .number: number.map { .number($0) }
        case .text: .text(string)
        case .bytes: .bytes(Array(string.utf8))
        }
    }

    /// The value as a number; nil when it is none.
    var number: Int? {
        switch self {
        case .flag(let flag): flag ? 1 : 0
        case .number(let number): number
        case .text, .bytes:
            switch string.lowercased() {
            case "true", "yes": 1
            case "false", "no": 0
            case let word: Int(word)
            }
        }
    }
}

extension MemberValue: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The form alone.
    package var description: String { "[\(kind.rawValue)]" }
    /// The same as ``description``.
    package var debugDescription: String { description }
    /// Nothing to look into.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
