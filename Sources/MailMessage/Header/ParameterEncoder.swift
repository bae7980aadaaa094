// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The parameters of Content-Type and Content-Disposition as they are written.
///
/// - SeeAlso: RFC 2045 §5.1 (tokens and quoted strings), RFC 2231 §3 (continuations), §4 (character sets)
enum ParameterEncoder {
    /// Longest value in one piece, which a boundary may have; longer ones are continued.
    private static let longestPlain = 70
    /// Longest section of a value, encoded.
    private static let longestSection = 40

    /// The pieces of one parameter, which a semicolon divides: one, or several continuations.
    ///
    /// - Parameters:
    ///   - parameter: the parameter; controls in its value become blanks.
    ///   - charset: the character set for what is beyond ASCII; nil leaves it as it is.
    /// - Returns: each without the semicolon behind it.
    static func pieces(for parameter: ParameterizedValue.Parameter, charset: TextCharset?) -> [String] {
        let value = CharacterRules.withoutControls(parameter.value)
        guard let charset, EncodedWord.isNeeded(for: value) || value.utf8.count > longestPlain else {
            let isToken = !value.isEmpty && value.utf8.allSatisfy(CharacterRules.isAttributeText)
            return [parameter.name + "=" + (isToken ? value : CharacterRules.quoted(value))]
        }
        let (used, characters) = TextCharset.characters(of: value, in: [.ascii, charset])
        return continued(parameter.name, characters, charset: used)
    }

    /// The sections of a value; no character is divided, because some readers decode each section for itself.
    private static func continued(_ name: String, _ characters: [[UInt8]], charset: TextCharset) -> [String] {
        var chunks: [[UInt8]] = [[]]
        for character in characters {
            let encoded = character.flatMap { byte in
                let isLiteral = CharacterRules.isAlphanumeric(byte) || "-._".utf8.contains(byte)
                return isLiteral ? [byte] : [UInt8(ascii: "%")] + Hexadecimal.digits(of: byte)
            }
            if (chunks.last?.count ?? 0) + encoded.count > longestSection { chunks.append([]) }
            chunks[chunks.count - 1] += encoded
        }
        return chunks.enumerated().map { index, chunk in
            let section = chunks.count == 1 ? "*" : "*\(index)*"
            let label = index == 0 ? charset.name + "''" : ""
            return name + section + "=" + label + String(decoding: chunk, as: UTF8.self)
        }
    }
}
