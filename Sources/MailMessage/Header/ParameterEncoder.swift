// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The parameters of Content-Type and Content-Disposition as they are written.
///
/// - SeeAlso: RFC 2045 §5.1 (tokens and quoted strings), RFC 2231 §3 (continuations), §4 (character sets)
enum ParameterEncoder {
    /// Longest value in one piece; longer ones are continued.
    private static let longestPiece = 60

    /// The pieces of one parameter, which a semicolon divides: one, or several continuations.
    ///
    /// - Parameters:
    ///   - parameter: the parameter; controls in its value become blanks.
    ///   - charset: the character set for what is beyond ASCII; nil leaves it as it is.
    /// - Returns: each without the semicolon behind it.
    static func pieces(for parameter: ParameterizedValue.Parameter, charset: TextCharset?) -> [String] {
        let value = CharacterRules.withoutControls(parameter.value)
        guard let charset, EncodedWord.isNeeded(for: value) || value.utf8.count > longestPiece else {
            let isToken = !value.isEmpty && value.utf8.allSatisfy(CharacterRules.isAttributeText)
            return [parameter.name + "=" + (isToken ? value : quoted(value))]
        }
        let used = [.ascii, charset].first { $0.canEncode(value) } ?? .utf8
        let bytes = (try? used.encode(value)) ?? Array(value.utf8)
        return continued(parameter.name, bytes, charset: used)
    }

    /// `"text"`, quotes and backslashes escaped.
    static func quoted(_ text: String) -> String {
        "\"" + text.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] } + "\""
    }

    private static func continued(_ name: String, _ bytes: [UInt8], charset: TextCharset) -> [String] {
        var chunks: [[UInt8]] = [[]]
        for byte in bytes {
            let isLiteral = CharacterRules.isAlphanumeric(byte) || "-._".utf8.contains(byte)
            let encoded = isLiteral ? [byte] : [UInt8(ascii: "%")] + Hexadecimal.digits(of: byte)
            if (chunks.last?.count ?? 0) + encoded.count > longestPiece - name.utf8.count {
                chunks.append([])
            }
            chunks[chunks.count - 1] += encoded
        }
        return chunks.enumerated().map { index, chunk in
            let section = chunks.count == 1 ? "*" : "*\(index)*"
            let label = index == 0 ? charset.name + "''" : ""
            return name + section + "=" + label + String(decoding: chunk, as: UTF8.self)
        }
    }
}
