// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import TOMLKit

/// The value of a key, as far as it may be shown.
package enum SettingValue: Hashable, Sendable, CustomStringConvertible {
    /// A value with its name.
    package struct Member: Hashable, Sendable {
        /// The name.
        package let name: String
        /// The value.
        package let value: SettingValue

        /// A value with its name.
        package init(name: String, value: SettingValue) {
            self.name = name
            self.value = value
        }
    }

    /// A text.
    case text(String)
    /// A whole number.
    case number(Int)
    /// `true` or `false`.
    case flag(Bool)
    /// Several values.
    case list([SettingValue])
    /// Values by their names, in the order of the names.
    case table([Member])
    /// A secret, which is not shown; of a command the program alone.
    case hidden(program: String?)

    /// The value as it would be written in TOML, printable.
    package var description: String {
        switch self {
        case .text(let text): Self.quoted(text)
        case .number(let number): "\(number)"
        case .flag(let flag): "\(flag)"
        case .list(let values): "[" + values.map(\.description).joined(separator: ", ") + "]"
        case .table(let members):
            "{ " + members.map { "\(Self.quoted($0.name)) = \($0.value)" }.joined(separator: ", ") + " }"
        case .hidden(let program):
            program.map { "[\"\(PrintableText($0, limitBytes: 300))\", …]" } ?? "[secret]"
        }
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" {
                quoted += "\\\(scalar)"
            } else if CharacterRules.isForbidden(scalar) {
                let digits = String(scalar.value, radix: 16)
                quoted += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            } else {
                quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    /// The value of a checked key.
    init(_ value: any TOMLValueConvertible, of setting: Setting) {
        switch setting.kind {
        case .secret: self = .hidden(program: nil)
        case .command: self = .hidden(program: value.array?.first?.string)
        default: self.init(value)
        }
    }

    private init(_ value: any TOMLValueConvertible) {
        switch value.type {
        case .int: self = .number(value.int ?? 0)
        case .bool: self = .flag(value.bool ?? false)
        case .table:
            let table = value.table
            self = .table(
                (table?.keys ?? []).sorted().compactMap { name in
                    table?[name].map { Member(name: name, value: SettingValue($0)) }
                }
            )
        case .array: self = .list(value.array?.map { SettingValue($0) } ?? [])
        default: self = .text(value.string ?? "")
        }
    }

    /// The default of a key, where it can be written.
    init?(standardOf setting: Setting) {
        guard let standard = setting.standard,
            let value = try? TOMLTable(string: "value = \(standard)")["value"]
        else { return nil }
        self.init(value)
    }
}
