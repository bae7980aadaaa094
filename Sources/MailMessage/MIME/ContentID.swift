// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The name of a part by which another part of the message refers to it.
///
/// What exists as a value can stand in a header and, behind `cid:`, in a URL as it is.
///
/// - SeeAlso: RFC 2045 §7, RFC 2392 §2
package struct ContentID: Hashable, Sendable {
    /// The name without brackets: `logo@app.example`.
    package let value: String

    /// A name of the form `left@right`: two dot-atoms of letters, digits, `-` and `_`.
    ///
    /// - Throws: ``HeaderFieldError`` for any other text.
    package init(_ value: String) throws(HeaderFieldError) {
        let parts = value.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        let isValid =
            parts.count == 2 && value.utf8.count <= 200
            && parts.allSatisfy { part in
                CharacterRules.isDotAtom(part)
                    && part.allSatisfy { CharacterRules.isAlphanumeric($0) || "-_.".utf8.contains($0) }
            }
        guard isValid else {
            throw HeaderFieldError(
                .contentID,
                "\"\(PrintableText(value, limitBytes: 80))\" is no name of a part"
            )
        }
        self.value = value
    }

    /// The URL that refers to the part.
    package var url: String { "cid:" + value }
}
