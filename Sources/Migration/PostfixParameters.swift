// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The parameters of a `main.cf`.
///
/// - SeeAlso: postconf(5)
struct PostfixParameters {
    /// How much is read to put in place what one value refers to, in characters, and how deep that goes.
    private static let budget = 64 << 10
    private static let deepest = 8

    private var values: [String: (value: String, line: SourceLine)] = [:]

    /// Reads a file: a line that begins with a blank goes on with the one before.
    init(_ text: String, file: String, _ translation: inout Translation) {
        var last: SourceLine?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let content = line.trimmed
            guard !content.isEmpty, !content.hasPrefix("#") else { continue }
            if let start = last, line.first?.isWhitespace == true {
                last = SourceLine(file: file, number: start.number, text: start.text + " " + content)
            } else {
                add(last, &translation)
                last = SourceLine(file: file, number: index + 1, text: content)
            }
        }
        add(last, &translation)
    }

    private mutating func add(_ line: SourceLine?, _ translation: inout Translation) {
        guard let line else { return }
        let parts = line.text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return translation.remark("is no NAME = VALUE", at: line) }
        values[parts[0].trimmed] = (parts[1].trimmed, line)
    }

    /// The names that are set, in the order of the file.
    var names: [String] {
        values.sorted { $0.value.line.number < $1.value.line.number }.map(\.key)
    }

    /// Where a parameter is set; nil when it is not.
    func line(_ name: String) -> SourceLine? { values[name]?.line }

    /// A parameter with what it refers to put in place; nil when it is not set, or empty.
    subscript(name: String) -> String? {
        guard let stated = values[name]?.value else { return nil }
        var budget = Self.budget
        let value = expanded(stated, depth: 0, &budget)
        return value.isEmpty || budget < 0 ? nil : value
    }

    /// A parameter that is yes or no.
    func isYes(_ name: String) -> Bool { self[name]?.lowercased() == "yes" }

    /// A time in seconds, as `300`, `5m` or `5d`; `unit` is that of a plain number.
    func seconds(_ name: String, unit: Character = "s") -> Int? {
        guard let text = self[name] else { return nil }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let factors: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
        guard let number = Int(digits), number > 0, text.count - digits.count <= 1,
            let factor = factors[text.dropFirst(digits.count).first ?? unit]
        else { return nil }
        let (seconds, overflow) = number.multipliedReportingOverflow(by: factor)
        return overflow || seconds > RelayRules.longestTime ? nil : seconds
    }

    /// Puts `$name`, `${name}` and `$(name)` in place; what is not known becomes nothing, as in Postfix.
    private func expanded(_ text: String, depth: Int, _ budget: inout Int) -> String {
        budget -= text.count
        guard budget >= 0, depth < Self.deepest, text.contains("$") else { return text }
        var result = ""
        var rest = text[...]
        while budget >= 0, let character = rest.popFirst() {
            guard character == "$", let next = rest.first else {
                result.append(character)
                continue
            }
            let closing: Character? = next == "{" ? "}" : next == "(" ? ")" : nil
            if closing != nil { rest.removeFirst() }
            let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            rest = rest.dropFirst(name.count)
            if let closing { rest = rest.drop { $0 != closing }.dropFirst() }
            result += expanded(values[String(name)]?.value ?? "", depth: depth + 1, &budget)
        }
        return result
    }
}
