// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// What one property is like.
package struct PropertyRow: Sendable {
    /// Who may do what with it.
    package enum Access: Hashable, Sendable {
        /// It can be read and changed.
        case readWrite
        /// It can only be read.
        case readOnly
        /// It can only be set; reading gives an empty text.
        case writeOnly
    }

    /// Which property.
    package let property: Property
    /// The name in documents and in the procedural interface; the class has it in lowerCamelCase.
    package let name: String
    /// What can be done with it.
    package let access: Access
    /// Whether there is one value for each index.
    package let isArray: Bool
    /// The value before it is set; its form is that of all values.
    package let initial: MemberValue
    /// The numbers that it can have.
    package let range: ClosedRange<Int>?
    /// The error of a number below the range; one above it is 192.
    package let errorBelowRange: ErrorCode
    /// The error of changing it while connected; nil when that is possible.
    package let lock: ErrorCode?
    /// Whether ``SMTP/resetHeaders()`` sets it back.
    package let isHeader: Bool

    init(
        _ property: Property,
        _ name: String,
        _ initial: MemberValue,
        _ access: Access = .readWrite,
        isArray: Bool = false,
        range: ClosedRange<Int>? = nil,
        errorBelowRange: ErrorCode = .invalidValue,
        lock: ErrorCode? = nil,
        isHeader: Bool = false
    ) {
        self.property = property
        self.name = name
        self.access = access
        self.isArray = isArray
        self.initial = initial
        self.range = range
        self.errorBelowRange = errorBelowRange
        self.lock = lock
        self.isHeader = isHeader
    }
}
