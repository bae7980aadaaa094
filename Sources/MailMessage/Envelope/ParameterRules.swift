// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Which parameters may stand in an envelope, and with which values.
///
/// | parameter | of | value | defined by |
/// |---|---|---|---|
/// | RET | sender | FULL or HDRS | RFC 3461 §4.3 |
/// | ENVID | sender | xtext of printable characters, 100 bytes at most | RFC 3461 §4.4 |
/// | BODY | sender | 7BIT, 8BITMIME | RFC 6152 §2 |
/// | SMTPUTF8, REQUIRETLS | sender | none | RFC 6531 §3.4, RFC 8689 §2 |
/// | MT-PRIORITY | sender | -9 … 9 | RFC 6710 §4.1 |
/// | HOLDFOR, HOLDUNTIL | sender | seconds, a time in UTC | RFC 4865 §4 |
/// | BY | sender | seconds;mode | RFC 2852 §4 |
/// | AUTH | sender | xtext of printable characters, or `<>` | RFC 4954 §5 |
/// | NOTIFY | recipient | NEVER, or some of SUCCESS, FAILURE, DELAY | RFC 3461 §4.1 |
/// | ORCPT | recipient | type;address | RFC 3461 §4.2, RFC 6533 §3 |
enum ParameterRules {
    typealias Rule = @Sendable (_ value: String?) -> Bool

    static let sender: [String: Rule] = [
        "RET": { ["FULL", "HDRS"].contains($0?.uppercased()) },
        "ENVID": { $0.map { $0.utf8.count <= 100 && XText.isPrintable($0) } ?? false },
        "BODY": { ["7BIT", "8BITMIME"].contains($0?.uppercased()) },
        "SMTPUTF8": { $0 == nil },
        "REQUIRETLS": { $0 == nil },
        "MT-PRIORITY": { $0.map(isPriority) ?? false },
        "HOLDFOR": { $0.map(isSeconds) ?? false },
        "HOLDUNTIL": { $0.map { $0.last == "Z" && (try? Timestamp(parsing: $0)) != nil } ?? false },
        "BY": { $0.map(isDeliverBy) ?? false },
        "AUTH": { $0.map { $0 == "<>" || XText.isPrintable($0) } ?? false },
    ]

    static let recipient: [String: Rule] = [
        "NOTIFY": { $0.map(isNotify) ?? false },
        "ORCPT": { $0.map(isOriginalRecipient) ?? false },
    ]

    /// Checks a list of parameters against a table.
    static func check(
        _ parameters: [ESMTPParameter],
        against rules: [String: Rule],
        of owner: String
    ) throws(EnvelopeError) {
        var seen: Set<String> = []
        for parameter in parameters {
            guard let rule = rules[parameter.keyword] else {
                throw EnvelopeError(.parameter, "\(parameter.keyword) is no parameter of a \(owner)")
            }
            guard seen.insert(parameter.keyword).inserted else {
                throw EnvelopeError(.parameter, "\(parameter.keyword) stands twice")
            }
            guard rule(parameter.value) else {
                let shown = PrintableText(parameter.description, limitBytes: 80)
                throw EnvelopeError(.parameter, "\(shown): not a value that \(parameter.keyword) can have")
            }
        }
    }

    /// One to nine digits.
    private static func isSeconds(_ value: some StringProtocol) -> Bool {
        (1...9).contains(value.utf8.count) && value.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    /// 0, or 1 to 9 with or without a minus.
    private static func isPriority(_ value: String) -> Bool {
        let digits = value.utf8.first == UInt8(ascii: "-") ? value.dropFirst() : Substring(value)
        guard isSeconds(digits), digits.utf8.count == 1 else { return false }
        return value == "0" || digits != "0"
    }

    private static func isNotify(_ value: String) -> Bool {
        let words = value.uppercased().split(separator: ",", omittingEmptySubsequences: false)
        if words == ["NEVER"] { return true }
        return Set(words).count == words.count
            && words.allSatisfy { ["SUCCESS", "FAILURE", "DELAY"].contains($0) }
    }

    private static func isOriginalRecipient(_ value: String) -> Bool {
        let parts = value.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, value.utf8.count <= 500, !parts[0].isEmpty, !parts[1].isEmpty else {
            return false
        }
        guard parts[0].utf8.allSatisfy({ CharacterRules.isAlphanumeric($0) || $0 == UInt8(ascii: "-") })
        else { return false }
        // The parameter itself has no controls; with `\x{…}` an address of this type could bring them in by number.
        if parts[0].lowercased() == "utf-8" { return !namesControl(parts[1]) }
        return XText.isPrintable(parts[1])
    }

    /// Whether a `\x{HEX}` in the text stands for a control or a line separator, or for no character.
    private static func namesControl(_ text: Substring) -> Bool {
        var rest = text.utf8[...]
        while let backslash = rest.firstIndex(of: UInt8(ascii: "\\")) {
            rest = rest[rest.index(after: backslash)...]
            guard rest.starts(with: "x{".utf8), let end = rest.firstIndex(of: UInt8(ascii: "}")) else {
                continue
            }
            let digits = String(rest.dropFirst(2).prefix { $0 != UInt8(ascii: "}") }) ?? ""
            guard let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value) else {
                return true
            }
            if CharacterRules.isForbidden(scalar) { return true }
            rest = rest[rest.index(after: end)...]
        }
        return false
    }

    private static func isDeliverBy(_ value: String) -> Bool {
        let parts = value.split(separator: ";", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return false }
        let mode = parts[1].uppercased()
        let sign = parts[0].utf8.first.flatMap { "+-".utf8.contains($0) ? $0 : nil }
        let digits = sign == nil ? parts[0] : parts[0].dropFirst()
        guard isSeconds(digits), ["N", "R", "NT", "RT"].contains(mode) else { return false }
        // To return what is late already is not possible (RFC 2852 §4).
        let isPositive = sign != UInt8(ascii: "-") && digits.utf8.contains { $0 != 0x30 }
        return isPositive || mode.hasPrefix("N")
    }
}
