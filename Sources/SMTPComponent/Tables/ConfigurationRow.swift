// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// What one setting is like.
package struct ConfigurationRow: Sendable {
    /// Which setting.
    package let setting: Setting
    /// The value before it is set; its form is that of all values.
    package let initial: MemberValue
    /// The property that it is another name of.
    package let property: Property?
    /// The numbers that it can have.
    package let range: ClosedRange<Int>?
    /// The words that it can have, in lower case; nil for any text.
    package let words: [String]?
    /// The error of changing it while connected; nil when that is possible.
    package let lock: ErrorCode?

    init(
        _ setting: Setting,
        _ initial: MemberValue,
        sameAs property: Property? = nil,
        range: ClosedRange<Int>? = nil,
        words: [String]? = nil,
        lock: ErrorCode? = nil
    ) {
        self.setting = setting
        self.initial = initial
        self.property = property
        self.range = range
        self.words = words
        self.lock = lock
    }
}
