// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Spool

/// All settings: the one place for names, forms, initial values and ranges.
///
/// A number of 0 leaves the choice to the system where nothing else is said.
package enum ConfigurationTable {
    /// The rows in the order of the reference, then those of TLS, which are those of the daemon's configuration.
    package static let rows: [ConfigurationRow] = [
        ConfigurationRow(.allowEmptyTo, .flag(false)),
        ConfigurationRow(.authorizationIdentity, .text("")),
        ConfigurationRow(.charset, .text("")),
        ConfigurationRow(.hello, .text(HostName.current)),
        ConfigurationRow(.keepQueue, .flag(false)),
        ConfigurationRow(.maxHeaderLength, .number(80), range: 0...998),
        ConfigurationRow(.otherHeaders, .text(""), sameAs: .otherHeaders),
        ConfigurationRow(.returnPath, .text(""), sameAs: .returnPath),
        ConfigurationRow(.sendRSET, .flag(true)),
        ConfigurationRow(.stopOnToErrors, .flag(true)),
        ConfigurationRow(.stopOnCcErrors, .flag(true)),
        ConfigurationRow(.stopOnBccErrors, .flag(false)),
        ConfigurationRow(.connectionTimeout, .number(0), range: 0...NumberLimit.seconds),
        ConfigurationRow(.firewallAutoDetect, .flag(false), sameAs: .firewallAutoDetect),
        ConfigurationRow(.firewallHost, .text(""), sameAs: .firewallHost),
        ConfigurationRow(.firewallPassword, .text(""), sameAs: .firewallPassword),
        ConfigurationRow(.firewallPort, .number(0), sameAs: .firewallPort),
        ConfigurationRow(.firewallType, .number(0), sameAs: .firewallType),
        ConfigurationRow(.firewallUser, .text(""), sameAs: .firewallUser),
        ConfigurationRow(.keepAliveTime, .number(0), range: 0...NumberLimit.milliseconds),
        ConfigurationRow(.keepAliveInterval, .number(0), range: 0...NumberLimit.milliseconds),
        ConfigurationRow(.linger, .flag(true)),
        ConfigurationRow(.lingerTime, .number(0), range: 0...32767),
        ConfigurationRow(.localHost, .text(""), sameAs: .localHost),
        ConfigurationRow(.localPort, .number(0), range: 0...65535, lock: .cannotChangeLocalPort),
        ConfigurationRow(
            .maxLineLength,
            .number(2048),
            range: 1...NumberLimit.bufferBytes,
            lock: .cannotChangeMaxLineLength
        ),
        ConfigurationRow(.maxTransferRate, .number(0), range: 0...NumberLimit.bytes),
        ConfigurationRow(.recordLength, .number(0), range: 0...NumberLimit.bufferBytes),
        ConfigurationRow(.tcpKeepAlive, .flag(false)),
        ConfigurationRow(.useIPv6, .number(0), range: 0...2),
        ConfigurationRow(.tcpNoDelay, .flag(false)),
        ConfigurationRow(.absoluteTimeout, .flag(false)),
        ConfigurationRow(.firewallData, .bytes([])),
        ConfigurationRow(.inBufferSize, .number(0), range: 0...NumberLimit.bufferBytes),
        ConfigurationRow(.outBufferSize, .number(0), range: 0...NumberLimit.bufferBytes),
        ConfigurationRow(.codePage, .number(65001), range: 0...65535),
        ConfigurationRow(.tls, .text(""), words: ["", "none", "starttls", "implicit"]),
        ConfigurationRow(.tlsCAFile, .text("")),
        ConfigurationRow(.tlsServerName, .text("")),
        ConfigurationRow(.tlsClientCertificate, .text("")),
        ConfigurationRow(.tlsClientKey, .text("")),
        ConfigurationRow(.tlsMinimumVersion, .text("1.2"), words: ["1.2", "1.3"]),
        ConfigurationRow(.tlsPinnedKeys, .text("")),
        ConfigurationRow(.tlsProof, .text("certificate"), words: ["certificate", "key"]),
    ]

    private static let bySetting = Dictionary(uniqueKeysWithValues: rows.map { ($0.setting, $0) })
    private static let byName = Dictionary(
        uniqueKeysWithValues: rows.map { ($0.setting.rawValue.lowercased(), $0.setting) }
    )

    /// The setting of a name, whatever its case.
    package static func setting(named name: some StringProtocol) -> Setting? { byName[name.lowercased()] }

    static func row(of setting: Setting) -> ConfigurationRow {
        // Every setting has a row: a test shows it.
        bySetting[setting] ?? ConfigurationRow(setting, .text(""))
    }
}
