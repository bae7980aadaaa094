// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import DaemonConfiguration
internal import MailMessage
internal import Spool

/// The settings that are in force, for people and for programs.
///
/// Pure.
struct ConfigurationListing {
    private static let keyWidth = 28
    private static let valueWidth = 34

    let inventory: ConfigurationInventory

    // MARK: For people

    /// A line for each setting, with a heading for each section.
    var lines: [String] {
        var lines: [String] = []
        var last: SettingInForce?
        for each in inventory.settings {
            if each.section != last?.section || each.name != last?.name {
                let name = PrintableText(each.name ?? "", limitBytes: 80)
                lines += ["", "[[\(each.section ?? "")]] \(name)"]
            }
            lines.append(Self.line(each))
            last = each
        }
        return lines
    }

    private static func line(_ each: SettingInForce) -> String {
        let indent = each.section == nil ? "" : "  "
        return padded(indent + each.setting.name, keyWidth) + padded(text(each), valueWidth) + origin(each)
    }

    private static func text(_ each: SettingInForce) -> String {
        each.value?.description ?? "(\(each.setting.otherwise ?? "none"))"
    }

    private static func origin(_ each: SettingInForce) -> String {
        guard case .file(let file, let position) = each.origin else { return "default" }
        return PrintableText(file, limitBytes: 300).string + (position.map { ":\($0.line)" } ?? "")
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    // MARK: For programs

    /// An object for each setting.
    ///
    /// The keys are stable; what is not known is `null`.
    var json: [JSONValue] {
        inventory.settings.map { each in
            var place: (file: String, position: TextPosition?)?
            if case .file(let file, let position) = each.origin { place = (file, position) }
            return .object([
                .init("section", Self.string(each.section)),
                .init("name", Self.string(each.name)),
                .init("key", .string(each.setting.name)),
                .init("value", each.value.map(Self.json) ?? .null),
                .init("text", .string(Self.text(each))),
                .init("source", .string(place == nil ? "default" : "file")),
                .init("file", Self.string(place?.file)),
                .init("line", Self.number(place?.position?.line)),
                .init("column", Self.number(place?.position?.column)),
            ])
        }
    }

    private static func json(_ value: SettingValue) -> JSONValue {
        switch value {
        case .text(let text): .string(text)
        case .number(let number): .integer(Int64(number))
        case .flag(let flag): .bool(flag)
        case .list(let values): .array(values.map(json))
        case .table(let members): .object(members.map { .init($0.name, json($0.value)) })
        case .hidden: .null
        }
    }

    private static func string(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }

    private static func number(_ number: Int?) -> JSONValue { number.map { .integer(Int64($0)) } ?? .null }
}
