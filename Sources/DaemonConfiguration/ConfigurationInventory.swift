// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Delivery
internal import SMTPClient
internal import SMTPProtocol

/// Every key with the value that is in force and where it comes from.
///
/// Never holds a secret.
package struct ConfigurationInventory: Sendable {
    /// The keys: those at the top, then those of each section in the order of the files.
    package let settings: [SettingInForce]

    /// The inventory of decoded sections.
    init(sections: [SectionReader], decoded: DaemonSettings) {
        let tops = sections.filter { $0.name == nil }
        var inForce = SettingsTable.settings(of: nil).flatMap { setting in
            let stated = tops.compactMap { $0.inForce(setting, in: nil) }
            if stated.isEmpty { return [Self.standard(setting)] }
            // A later file overrides an earlier one; of a table single names.
            return setting.kind == .addressTable ? stated : stated.suffix(1)
        }
        let relays = decoded.delivery.relays
        let routes = decoded.delivery.routes
        for (section, relay) in zip(sections.filter { $0.name == "Relay" }, relays) {
            inForce += Self.settings(section, named: relay.name, follow: Self.following(relay.connection))
        }
        for (section, route) in zip(sections.filter { $0.name == "Route" }, routes) {
            inForce += Self.settings(section, named: route.name, follow: ["Name": .text(route.name)])
        }
        settings = inForce
    }

    private static func settings(
        _ section: SectionReader,
        named name: String,
        follow: [String: SettingValue]
    ) -> [SettingInForce] {
        SettingsTable.settings(of: section.name).map { setting in
            section.inForce(setting, in: name)
                ?? standard(setting, section: section.name, name: name, follow: follow)
        }
    }

    private static func standard(
        _ setting: Setting,
        section: String? = nil,
        name: String? = nil,
        follow: [String: SettingValue] = [:]
    ) -> SettingInForce {
        let value = follow[setting.name] ?? SettingValue(standardOf: setting)
        return SettingInForce(section: section, name: name, setting: setting, value: value, origin: .standard)
    }

    /// The defaults of a relay that follow from other keys, or from the host.
    private static func following(_ connection: ConnectionSettings) -> [String: SettingValue] {
        let security =
            switch connection.security {
            case .none: "none"
            case .startTLS: "starttls"
            case .implicitTLS: "implicit"
            }
        return [
            "MailPort": .number(connection.relay.port), "TLS": .text(security),
            "Hello": .text(connection.hello),
        ]
    }
}
