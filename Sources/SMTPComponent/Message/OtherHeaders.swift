// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage

/// The property OtherHeaders, read: fields that are added to the computed ones, or stand in their place.
struct OtherHeaders: Hashable, Sendable {
    /// Whether the fields stand in place of all computed ones: the text begins with an empty line.
    let replacesComputed: Bool
    /// The fields as lines that end in CRLF.
    ///
    /// A field Bcc is left out, for it is never sent.
    let text: String

    /// Reads the property.
    ///
    /// - Throws: 192 when a line is no header field.
    init(_ source: String) throws(SMTPError) {
        let lines = source.split(omittingEmptySubsequences: false) { ["\n", "\r\n", "\r"].contains($0) }
        replacesComputed = !source.isEmpty && lines[0].isEmpty
        let written = lines.filter { !$0.isEmpty }.map { $0 + "\r\n" }.joined()
        let header = HeaderBlock(parsing: Array((written + "\r\n").utf8))
        guard header.fieldsEnd == written.utf8.count else {
            throw SMTPError(.invalidValue, "OtherHeaders: a line is no header field")
        }
        guard !written.utf8.contains(0) else { throw SMTPError(.invalidValue, "OtherHeaders: a NUL") }
        text = header.fields.filter { !Self.isHidden($0.name) }
            .map { String(decoding: header.bytes[$0.range], as: UTF8.self) }.joined()
    }

    private static func isHidden(_ name: String) -> Bool {
        HeaderBlock.isSame(name, "Bcc") || HeaderBlock.isSame(name, "Resent-Bcc")
    }
}
