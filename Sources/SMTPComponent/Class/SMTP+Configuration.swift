// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Synchronization

extension SMTP {
    /// Sets or reads a setting that is no property.
    ///
    /// ```swift
    /// try await smtp.config("KeepQueue=True")     // "True"
    /// try await smtp.config("maxheaderlength")    // "80"
    /// ```
    ///
    /// - Parameter string: `NAME=VALUE` sets, `NAME` reads. Case does not count in names and in the words True, False,
    ///   Yes and No. Only the first `=` separates.
    /// - Returns: the value, the new one after setting.
    /// - Throws: 191 for a name that does not exist, 192 for a value that it cannot have, 106, 107 or 112 for a setting
    ///   that cannot be changed while connected.
    @discardableResult
    public func config(_ string: String) throws(SMTPError) -> String {
        let parts = string.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = Self.trimmed(parts[0])
        do throws(SMTPError) {
            guard let setting = ConfigurationTable.setting(named: name) else {
                throw SMTPError(.unknownSetting, String(name))
            }
            return try state.withLock { state throws(SMTPError) in
                if parts.count == 2 {
                    let row = setting.row
                    let isWord = row.initial.kind == .flag || row.initial.kind == .number || row.words != nil
                    let value = MemberValue.text(String(isWord ? Self.trimmed(parts[1]) : parts[1]))
                    let isConnected = state.isConnected
                    try state.members.set(setting, to: value, isConnected: isConnected)
                }
                return state.members.text(setting)
            }
        } catch {
            state.withLock { $0.lastError = error }
            throw error
        }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop { $0 == " " }
        let end = start.lastIndex { $0 != " " }.map { start.index(after: $0) } ?? start.startIndex
        return start[..<end]
    }
}
