// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import Synchronization

// What can only be read, or is more than a value.
extension SMTP {
    /// Whether there is a connection that can take a message.
    public var connected: Bool { state.withLock(\.isConnected) }

    /// Whether no method runs.
    public var idle: Bool { state.withLock { $0.running == nil } }

    /// The last reply of the server, its lines joined by CRLF.
    ///
    /// Not that to the QUIT which ends a connection that a method has opened for itself.
    public var lastReply: String { trail.lastReply }

    /// The headers as they would be sent now: lines that end in CRLF, without Bcc, without an empty line.
    ///
    /// Empty when they cannot be computed; ``send()`` says why.
    public var messageHeadersString: String {
        String(decoding: header.bytes[..<header.fieldsEnd], as: UTF8.self)
    }

    /// The number of header fields.
    public var messageHeaderCount: Int { header.fields.count }

    /// The name of each header field.
    public var messageHeaderField: [String] { header.fields.map(\.name) }

    /// The contents of each header field, unfolded.
    public var messageHeaderValue: [String] {
        let header = header
        return header.fields.map { header.value(of: $0) }
    }

    private var header: HeaderBlock {
        let members = members
        let raw = members.bytes(.message)
        guard raw.isEmpty else { return HeaderBlock(parsing: LineEnds.normalized(raw)) }
        let text = (try? OutgoingMessage.header(of: members)) ?? ""
        return HeaderBlock(parsing: Array(text.utf8))
    }

    // MARK: Storage

    var members: MemberStore { state.withLock(\.members) }

    /// Sets a property; what cannot be set is kept for the next method.
    func set(_ property: Property, _ value: MemberValue) {
        state.withLock { state in
            let isConnected = state.isConnected
            attempt(in: &state) { members throws(SMTPError) in
                try members.set(property, to: value, isConnected: isConnected)
            }
        }
    }

    /// Changes the properties; an error is kept for the next method.
    func attempt(_ change: (inout MemberStore) throws(SMTPError) -> Void) {
        state.withLock { attempt(in: &$0, change) }
    }

    /// Keeps an error for the next method.
    func refuse(_ error: SMTPError) {
        attempt { _ throws(SMTPError) in throw error }
    }

    private func attempt(in state: inout State, _ change: (inout MemberStore) throws(SMTPError) -> Void) {
        do throws(SMTPError) {
            try change(&state.members)
        } catch {
            state.refused = state.refused ?? error
            state.lastError = error
        }
    }
}
