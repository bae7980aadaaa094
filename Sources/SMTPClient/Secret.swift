// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage

/// A password or token that never shows itself: descriptions, dumps and interpolations say `[secret]`.
package struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The value itself.
    package let value: String

    /// Wraps a value.
    package init(_ value: String) {
        self.value = value
    }

    /// The secret in the bytes of a file or an output: one line of text.
    ///
    /// One line end after it is dropped; further ones, and any other control, cannot be part of it.
    init(line bytes: [UInt8], of origin: String) throws(SecretError) {
        var content = bytes[...]
        if content.last == UInt8(ascii: "\n") { content.removeLast() }
        if content.last == UInt8(ascii: "\r") { content.removeLast() }
        guard !content.isEmpty else { throw SecretError("\(origin) is empty") }
        guard let text = String(validating: content, as: UTF8.self) else {
            throw SecretError("\(origin) is not UTF-8 text")
        }
        guard !text.unicodeScalars.contains(where: CharacterRules.isForbidden) else {
            throw SecretError(
                "\(origin) is more than one line of text: line breaks and controls cannot be part of a secret"
            )
        }
        value = text
    }

    /// Always the same.
    package var description: String { "[secret]" }
    /// The same as ``description``.
    package var debugDescription: String { description }
    /// Nothing to look into.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
