// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The Message-ID that a message without one is given.
///
/// - SeeAlso: RFC 5322 §3.6.4
package enum MessageID {
    /// `<left@host>`, made a valid `msg-id` whatever the two contain.
    package static func make(stem: some StringProtocol, host: some StringProtocol) -> String {
        let left = dotAtom(stem, fallback: "message")
        let right = dotAtom(host, fallback: "localhost.localdomain")
        return "<\(left)@\(right)>"
    }

    /// The text as a dot-atom: other characters become `-`, empty parts are dropped.
    private static func dotAtom(_ text: some StringProtocol, fallback: String) -> String {
        let parts = text.utf8.split(separator: UInt8(ascii: ".")).map { part in
            String(
                decoding: part.map { $0 < 0x80 && CharacterRules.isAtomText($0) ? $0 : UInt8(ascii: "-") },
                as: UTF8.self
            )
        }
        return parts.isEmpty ? fallback : parts.joined(separator: ".")
    }
}
