// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// One header field of the caller's choice.
///
/// What exists as a value can be added to any message: it is no Bcc, and none of the fields that describe the body.
package struct ExtraField: Hashable, Sendable {
    /// Longest name, so that a line has room for the value.
    private static let longestName = 70

    /// The name.
    package let name: String
    /// The value, any text; controls become blanks when it is written.
    package let value: String

    /// A field.
    ///
    /// - Throws: ``HeaderFieldError`` when the name breaks the grammar, is Bcc, or belongs to MIME.
    package init(name: String, value: String) throws(HeaderFieldError) {
        let isValid =
            (1...Self.longestName).contains(name.utf8.count)
            && name.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ":") }
        guard isValid else {
            throw HeaderFieldError(
                .name,
                "\"\(PrintableText(name, limitBytes: 80))\" is no name of a header field"
            )
        }
        let lowercased = name.lowercased()
        guard !["bcc", "resent-bcc", "mime-version"].contains(lowercased), !lowercased.hasPrefix("content-")
        else { throw HeaderFieldError(.reserved, "\(name) cannot be added to a message") }
        self.name = name
        self.value = value
    }
}
