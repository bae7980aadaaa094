// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import CSMTPProcedural
internal import SMTPComponent

/// Where a call from outside becomes one of a component, and an error the number that is returned.
enum CallBoundary {
    /// Does something with the component of a handle; what went wrong becomes its last error.
    ///
    /// - Returns: 0, or the number of the error.
    static func perform(
        _ handle: smtp_component_handle,
        _ body: (ProceduralComponent) throws(SMTPError) -> Void
    ) -> CInt {
        guard let component = HandleTable.component(of: handle) else { return number(noSuchHandle) }
        do throws(SMTPError) {
            try body(component)
            component.lastError = nil
            return 0
        } catch {
            component.lastError = error
            return number(error)
        }
    }

    /// Runs a method of the component of a handle, with a text from the caller, to its end.
    static func run(
        _ handle: smtp_component_handle,
        _ argument: UnsafePointer<CChar>?,
        _ method: @escaping @Sendable (SMTP, String) async throws(SMTPError) -> Void
    ) -> CInt {
        perform(handle) { component throws(SMTPError) in
            let argument = try text(argument)
            try component.run { smtp throws(SMTPError) in try await method(smtp, argument) }
        }
    }

    /// Runs a method of the component of a handle to its end.
    static func run(
        _ handle: smtp_component_handle,
        _ method: @escaping @Sendable (SMTP) async throws(SMTPError) -> Void
    ) -> CInt {
        perform(handle) { component throws(SMTPError) in try component.run(method) }
    }

    /// Gets bytes from the component of a handle; none when that fails.
    static func bytes(
        _ handle: smtp_component_handle,
        _ body: (ProceduralComponent) throws(SMTPError) -> [UInt8]
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        _ = perform(handle) { component throws(SMTPError) in bytes = try body(component) }
        return bytes
    }

    /// A text of the caller's.
    ///
    /// - Throws: 192 for NULL, and for what is not UTF-8.
    static func text(_ pointer: UnsafePointer<CChar>?) throws(SMTPError) -> String {
        guard let pointer else { throw SMTPError(.invalidValue, "NULL is no text") }
        guard let text = String(validatingCString: pointer) else {
            throw SMTPError(.invalidValue, "not UTF-8")
        }
        return text
    }

    /// What went wrong in the last call with a handle.
    static func lastError(_ handle: smtp_component_handle) -> SMTPError? {
        guard let component = HandleTable.component(of: handle) else { return noSuchHandle }
        return component.lastError
    }

    /// The number of an error, as it is returned.
    static func number(_ error: SMTPError) -> CInt { CInt(clamping: error.code) }

    /// The error of a handle that is none.
    static let noSuchHandle = SMTPError(.noSuchHandle)
}
