// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// A key with the value that is in force, and where that comes from.
package struct SettingInForce: Hashable, Sendable {
    /// Where a value comes from.
    package enum Origin: Hashable, Sendable {
        /// No file has the key.
        case standard
        /// A file, and the place in it.
        case file(String, TextPosition?)
    }

    /// The section it belongs to; nil at the top.
    package let section: String?
    /// The name of that section: of the relay or route; nil at the top.
    package let name: String?
    /// The key.
    package let setting: Setting
    /// The value; nil when there is none, and ``Setting/otherwise`` says what that means.
    package let value: SettingValue?
    /// Where the value comes from.
    package let origin: Origin
}
