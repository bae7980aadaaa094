// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import DaemonConfiguration
internal import MailMessage

/// What becomes of the addresses of this host, for every program.
enum AddressRules {
    /// Sets the domain of names without one, where it is one.
    static func setDomain(_ name: String, at line: SourceLine?, _ translation: inout Translation) {
        guard NameRules.isHostName(name) else {
            translation.remark(
                "\(PrintableText(name, limitBytes: 80)) is no domain such as example.com",
                at: line
            )
            return
        }
        translation.settings["DefaultDomain"] = .text(name)
    }

    /// Sends mail for a name of this host to addresses.
    static func addAlias(
        _ name: String,
        _ targets: [String],
        at line: SourceLine,
        _ translation: inout Translation
    ) {
        guard !targets.isEmpty, !name.contains("@"), SenderTable.isKey(name), targets.allSatisfy(isAddress)
        else {
            translation.remark(
                "mail for this name can go to addresses such as admin@example.com only",
                at: line
            )
            return
        }
        add(.list(targets.map(SettingValue.text)), as: name, to: "Aliases", &translation)
    }

    /// Changes a sender of envelopes.
    static func addSender(
        _ key: String,
        _ address: String,
        at line: SourceLine,
        _ translation: inout Translation
    ) {
        guard SenderTable.isKey(key), isAddress(address) else {
            translation.remark("a sender can become an address such as app@example.com only", at: line)
            return
        }
        add(.text(address), as: key, to: "EnvelopeFrom", &translation)
    }

    private static func isAddress(_ text: String) -> Bool {
        text.contains("@") && AliasFileParser.refusal(of: text) == nil && (try? MailAddress(text)) != nil
    }

    private static func add(
        _ value: SettingValue,
        as name: String,
        to key: String,
        _ translation: inout Translation
    ) {
        var members: [SettingValue.Member] = []
        if case .table(let present) = translation.settings[key] { members = present }
        members.removeAll { $0.name == name }
        translation.settings[key] = .table(members + [.init(name: name, value: value)])
    }
}
