// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import CSMTPProcedural
internal import SMTPComponent
internal import Synchronization

/// A component behind a handle: methods block, and events come on the thread that called the method.
///
/// Thread-safe.
final class ProceduralComponent: Sendable {
    private struct State {
        var lastError: SMTPError?
        var callbacks: [EventKind: EventCallback] = [:]
        /// Where the events of the method go that runs.
        var mailbox: EventMailbox?
    }

    private let handle: smtp_component_handle
    private let smtp = SMTP()
    private let state = Mutex(State())

    init(handle: smtp_component_handle) {
        self.handle = handle
        smtp.onEvent = { [weak self] event in
            self?.state.withLock(\.mailbox)?.post(event)
        }
    }

    /// What went wrong in the last call.
    var lastError: SMTPError? {
        get { state.withLock(\.lastError) }
        set { state.withLock { $0.lastError = newValue } }
    }

    // MARK: Properties

    /// Sets a property; with Command and Connected, does what they stand for.
    func set(_ id: Int, _ index: Int, to value: MemberValue) throws(SMTPError) {
        try Self.check(id, index)
        switch Property(rawValue: id) {
        case .command, .connected:
            try run { smtp throws(SMTPError) in try await smtp.setValue(value, ofProperty: id) }
        default: try smtp.storeValue(value, ofProperty: id, index: index)
        }
    }

    /// The value of a property.
    func value(of id: Int, _ index: Int) throws(SMTPError) -> MemberValue {
        try Self.check(id, index)
        return try smtp.value(ofProperty: id, index: index)
    }

    private static func check(_ id: Int, _ index: Int) throws(SMTPError) {
        guard let property = Property(rawValue: id) else { throw SMTPError(.noSuchProperty, "\(id)") }
        guard index == 0 || property.row.isArray else { throw SMTPError(.noSuchIndex, "\(index)") }
    }

    // MARK: Methods

    /// Has a function called for an event; nil takes it away.
    func register(_ callback: EventCallback?, for event: Int) throws(SMTPError) {
        guard let kind = EventKind(rawValue: event) else { throw SMTPError(.noSuchEvent, "\(event)") }
        state.withLock { $0.callbacks[kind] = callback }
    }

    /// Sets or reads a setting.
    func config(_ configuration: String) throws(SMTPError) -> String { try smtp.config(configuration) }

    /// Sets the headers back.
    func resetHeaders() { smtp.resetHeaders() }

    /// Stops the method that runs.
    func interrupt() { smtp.interrupt() }

    /// Delivers the events that have happened; within a method, which does it by itself, nothing.
    func doEvents() throws(SMTPError) {
        do throws(SMTPError) {
            try run { smtp throws(SMTPError) in try await smtp.doEvents() }
        } catch {
            guard error == SMTPError(.busy) else { throw error }
        }
    }

    /// Hangs up, or stops the method that runs; fires no event from now on.
    func close() {
        state.withLock { $0.callbacks = [:] }
        smtp.interrupt()
        // Whoever runs a method now drops the connection by that.
        try? run { smtp throws(SMTPError) in try await smtp.disconnect() }
    }

    /// Runs a method to its end, and fires its events meanwhile, on this thread.
    ///
    /// - Throws: what the method throws; 166 while another one runs, to the end of its last callback.
    func run<Value: Sendable>(
        _ method: @escaping @Sendable (SMTP) async throws(SMTPError) -> Value
    ) throws(SMTPError) -> Value {
        let mailbox = EventMailbox()
        let isFree = state.withLock { state in
            guard state.mailbox == nil else { return false }
            state.mailbox = mailbox
            return true
        }
        guard isFree else { throw SMTPError(.busy) }
        let result = Mutex<Result<Value, SMTPError>?>(nil)
        Task { [smtp] in
            let ended: Result<Value, SMTPError>
            do throws(SMTPError) {
                ended = .success(try await method(smtp))
            } catch {
                ended = .failure(error)
            }
            result.withLock { $0 = ended }
            mailbox.close()
        }
        mailbox.deliver { event in
            state.withLock { $0.callbacks[event.kind] }?.call(event, of: handle)
        }
        state.withLock { $0.mailbox = nil }
        guard let ended = result.withLock({ $0 }) else { throw SMTPError(.impossibleNow) }
        return try ended.get()
    }
}
