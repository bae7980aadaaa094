// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Synchronization

// The properties by their numbers: what the procedural interface stands on.
extension SMTP {
    /// The value of a property.
    ///
    /// - Parameters:
    ///   - id: the number of the property.
    ///   - index: the index, for a property that has one.
    /// - Returns: the value; empty for a property that can only be set.
    /// - Throws: 197 for a number that does not exist, 193 for an index that does not.
    package func value(ofProperty id: Int, index: Int = 0) throws(SMTPError) -> MemberValue {
        guard let property = Property(rawValue: id) else { throw SMTPError(.noSuchProperty, "\(id)") }
        switch property {
        case .connected: return .flag(connected)
        case .idle: return .flag(idle)
        case .lastReply: return .text(lastReply)
        case .messageHeaderCount: return .number(messageHeaderCount)
        case .messageHeadersString: return .text(messageHeadersString)
        case .messageHeaderField: return .text(try Self.entry(messageHeaderField, index))
        case .messageHeaderValue: return .text(try Self.entry(messageHeaderValue, index))
        case .messageRecipientAddress: return .text(try recipient(index).address)
        case .messageRecipientName: return .text(try recipient(index).name)
        case .messageRecipientOptions: return .text(try recipient(index).options)
        case .messageRecipientType: return .number(try recipient(index).type.rawValue)
        default: return members.value(of: property)
        }
    }

    /// Sets a property; with Command and Connected, does what they stand for.
    ///
    /// - Parameters:
    ///   - value: the value, in any form that can be converted.
    ///   - id: the number of the property.
    ///   - index: the index, for a property that has one.
    /// - Throws: at once, whatever the property of the class would keep for the next method.
    package func setValue(
        _ value: MemberValue,
        ofProperty id: Int,
        index: Int = 0
    ) async throws(SMTPError) {
        switch Property(rawValue: id) {
        case .connected:
            guard case .flag(let isOn) = value.converted(to: .flag) else {
                throw SMTPError(.invalidValue, Property.connected.row.name)
            }
            try await setConnected(isOn)
        case .command: try await setCommand(value.string)
        default: try storeValue(value, ofProperty: id, index: index)
        }
    }

    /// Sets a property, but for Command and Connected: nothing has to be waited for.
    package func storeValue(_ value: MemberValue, ofProperty id: Int, index: Int) throws(SMTPError) {
        guard let property = Property(rawValue: id) else { throw SMTPError(.noSuchProperty, "\(id)") }
        switch property {
        case .messageRecipientAddress: try change(index) { $0.address = value.string }
        case .messageRecipientName: try change(index) { $0.name = value.string }
        case .messageRecipientOptions: try change(index) { $0.options = value.string }
        case .messageRecipientType:
            guard case .number(let number) = value.converted(to: .number),
                let type = RecipientType(rawValue: number)
            else { throw SMTPError(.invalidValue, property.row.name) }
            try change(index) { $0.type = type }
        default:
            try change { members, isConnected throws(SMTPError) in
                try members.set(property, to: value, isConnected: isConnected)
            }
        }
    }

    /// Connects or disconnects, whichever is to be so.
    public func setConnected(_ isConnected: Bool) async throws(SMTPError) {
        switch (isConnected, connected) {
        case (true, false): try await connect()
        case (false, true): try await disconnect()
        case (true, true), (false, false): break
        }
    }

    private func recipient(_ index: Int) throws(SMTPError) -> Recipient {
        try Self.entry(members.recipients.entries, index)
    }

    private func change(_ index: Int, _ change: (inout Recipient) -> Void) throws(SMTPError) {
        try self.change { members, _ throws(SMTPError) in try members.changeRecipient(index, change) }
    }

    private func change(
        _ change: (inout MemberStore, _ isConnected: Bool) throws(SMTPError) -> Void
    ) throws(SMTPError) {
        do throws(SMTPError) {
            try state.withLock { state throws(SMTPError) in
                let isConnected = state.isConnected
                try change(&state.members, isConnected)
            }
        } catch {
            state.withLock { $0.lastError = error }
            throw error
        }
    }

    private static func entry<Value>(_ values: [Value], _ index: Int) throws(SMTPError) -> Value {
        guard values.indices.contains(index) else { throw SMTPError(.noSuchIndex, "\(index)") }
        return values[index]
    }
}
