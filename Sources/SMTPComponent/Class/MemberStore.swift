// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Spool

/// The values of all properties and settings that are stored, kept to the rules of the tables.
///
/// A value type: a method works on the copy that it took when it began.
struct MemberStore: Sendable {
    private var properties: [Property: MemberValue] = [:]
    private var settings: [Setting: MemberValue] = [:]
    /// Whom the message is for.
    private(set) var recipients = RecipientList()

    // MARK: Reading

    /// The value of a property, as far as it is stored here.
    func value(of property: Property) -> MemberValue {
        switch property {
        case .sendTo: .text(recipients.list(of: .to))
        case .cc: .text(recipients.list(of: .cc))
        case .bcc: .text(recipients.list(of: .bcc))
        case .messageRecipientCount: .number(recipients.count)
        default: properties[property] ?? property.row.initial
        }
    }

    /// The value of a setting.
    func value(of setting: Setting) -> MemberValue {
        let row = setting.row
        if let property = row.property { return properties[property] ?? row.initial }
        if setting == .hello { return .text(greetingName) }
        return settings[setting] ?? row.initial
    }

    /// The value of a property as text.
    func text(_ property: Property) -> String { value(of: property).string }
    /// The value of a setting as text.
    func text(_ setting: Setting) -> String { value(of: setting).string }
    /// The value of a property as a number; True is 1.
    func number(_ property: Property) -> Int { value(of: property).number ?? 0 }
    /// The value of a setting as a number; True is 1.
    func number(_ setting: Setting) -> Int { value(of: setting).number ?? 0 }
    /// The value of a property that is True or False.
    func flag(_ property: Property) -> Bool { value(of: property) == .flag(true) }
    /// The value of a setting that is True or False.
    func flag(_ setting: Setting) -> Bool { value(of: setting) == .flag(true) }
    /// The value of a property that is bytes.
    func bytes(_ property: Property) -> [UInt8] {
        if case .bytes(let bytes) = value(of: property) { bytes } else { [] }
    }

    /// The address to connect from; nil leaves it to the system.
    var localHost: String? {
        guard let text = properties[.localHost]?.string, !text.isEmpty else { return nil }
        return text
    }

    /// The name that goes with EHLO and HELO: Hello, else LocalHost, an IP address in brackets.
    private var greetingName: String {
        if let hello = settings[.hello]?.string, !hello.isEmpty { return hello }
        return localHost.map(GreetingName.literal(of:)) ?? HostName.current
    }

    // MARK: Changing

    /// Sets a property.
    ///
    /// - Parameters:
    ///   - property: which one.
    ///   - value: the value, in any form that can be converted.
    ///   - isConnected: some properties are locked then.
    /// - Throws: why it cannot have this value, or cannot be set now.
    mutating func set(_ property: Property, to value: MemberValue, isConnected: Bool) throws(SMTPError) {
        let row = property.row
        guard row.access != .readOnly, !row.isArray else { throw SMTPError(.noSuchProperty, row.name) }
        if let lock = row.lock, isConnected { throw SMTPError(lock) }
        guard let value = value.converted(to: row.initial.kind) else {
            throw SMTPError(.invalidValue, row.name)
        }
        if let range = row.range, case .number(let number) = value, !range.contains(number) {
            let code = number < range.lowerBound ? row.errorBelowRange : .invalidValue
            throw SMTPError(code, "\(row.name) = \(number)")
        }
        switch (property, value) {
        case (.sendTo, .text(let list)): try recipients.append(list, as: .to)
        case (.cc, .text(let list)): try recipients.append(list, as: .cc)
        case (.bcc, .text(let list)): try recipients.append(list, as: .bcc)
        case (.messageRecipientCount, .number(let count)): recipients.count = count
        case (.firewallType, .number(let type)):
            properties[property] = value
            properties[.firewallPort] = .number(Self.firewallPort(ofType: type))
        default: properties[property] = value
        }
    }

    /// Sets a setting.
    mutating func set(_ setting: Setting, to value: MemberValue, isConnected: Bool) throws(SMTPError) {
        let row = setting.row
        if let property = row.property { return try set(property, to: value, isConnected: isConnected) }
        if let lock = row.lock, isConnected { throw SMTPError(lock) }
        guard let value = value.converted(to: row.initial.kind) else {
            throw SMTPError(.invalidValue, setting.rawValue)
        }
        if let range = row.range, case .number(let number) = value, !range.contains(number) {
            throw SMTPError(.invalidValue, "\(setting.rawValue) = \(number)")
        }
        settings[setting] = try Self.word(value, of: row)
        if setting == .keepAliveTime || setting == .keepAliveInterval {
            settings[.tcpKeepAlive] = .flag(true)
        }
    }

    /// The value, in lower case where it is one of a few words.
    private static func word(_ value: MemberValue, of row: ConfigurationRow) throws(SMTPError) -> MemberValue
    {
        if row.setting == .tlsPinnedKeys { _ = try pinnedKeys(in: value.string) }
        guard let words = row.words else { return value }
        let word = value.string.lowercased()
        guard words.contains(word) else { throw SMTPError(.invalidValue, row.setting.rawValue) }
        return .text(word)
    }

    /// Changes one entry of the list of recipients.
    mutating func changeRecipient(_ index: Int, _ change: (inout Recipient) -> Void) throws(SMTPError) {
        try recipients.change(index, change)
    }

    /// Sets everything back that belongs to the headers of a message.
    mutating func resetHeaders() {
        for row in PropertyTable.rows where row.isHeader { properties[row.property] = nil }
        recipients = RecipientList()
    }

    /// The usual port of a proxy of this type.
    private static func firewallPort(ofType type: Int) -> Int {
        switch SMTP.FirewallType(rawValue: type) {
        case .tunnel: 80
        case .socks4, .socks5: 1080
        default: 0
        }
    }
}
