// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

// swift-format-ignore-file: AlwaysUseLowerCamelCase, AllPublicDeclarationsHaveDocumentation

public import CSMTPProcedural
internal import SMTPComponent

// Methods. The names and the promises are those of smtp_component.h.

@c @implementation
public func smtp_component_do_config(
    _ handle: smtp_component_handle,
    _ configuration: UnsafePointer<CChar>?
) -> UnsafePointer<CChar>? {
    ReturnedText.keep(
        CallBoundary.bytes(handle) { component throws(SMTPError) in
            Array(try component.config(try CallBoundary.text(configuration)).utf8)
        }
    )
}

@c @implementation
public func smtp_component_do_connect(_ handle: smtp_component_handle) -> CInt {
    CallBoundary.run(handle) { smtp throws(SMTPError) in try await smtp.connect() }
}

@c @implementation
public func smtp_component_do_disconnect(_ handle: smtp_component_handle) -> CInt {
    CallBoundary.run(handle) { smtp throws(SMTPError) in try await smtp.disconnect() }
}

@c @implementation
public func smtp_component_do_doevents(_ handle: smtp_component_handle) -> CInt {
    CallBoundary.perform(handle) { component throws(SMTPError) in try component.doEvents() }
}

@c @implementation
public func smtp_component_do_expand(
    _ handle: smtp_component_handle,
    _ address: UnsafePointer<CChar>?
) -> CInt {
    CallBoundary.run(handle, address) { smtp, address throws(SMTPError) in try await smtp.expand(address) }
}

@c @implementation
public func smtp_component_do_interrupt(_ handle: smtp_component_handle) -> CInt {
    // The last error is that of the method, which runs in another thread.
    guard let component = HandleTable.component(of: handle) else {
        return CallBoundary.number(CallBoundary.noSuchHandle)
    }
    component.interrupt()
    return 0
}

@c @implementation
public func smtp_component_do_processqueue(
    _ handle: smtp_component_handle,
    _ directory: UnsafePointer<CChar>?
) -> CInt {
    CallBoundary.run(handle, directory) { smtp, directory throws(SMTPError) in
        try await smtp.processQueue(directory)
    }
}

@c @implementation
public func smtp_component_do_queue(
    _ handle: smtp_component_handle,
    _ directory: UnsafePointer<CChar>?
) -> UnsafePointer<CChar>? {
    ReturnedText.keep(
        CallBoundary.bytes(handle) { component throws(SMTPError) in
            let directory = try CallBoundary.text(directory)
            return Array(try component.run { smtp throws(SMTPError) in try await smtp.queue(directory) }.utf8)
        }
    )
}

@c @implementation
public func smtp_component_do_resetheaders(_ handle: smtp_component_handle) -> CInt {
    CallBoundary.perform(handle) { component throws(SMTPError) in component.resetHeaders() }
}

@c @implementation
public func smtp_component_do_send(_ handle: smtp_component_handle) -> CInt {
    CallBoundary.run(handle) { smtp throws(SMTPError) in try await smtp.send() }
}

@c @implementation
public func smtp_component_do_sendtoterminalandemail(_ handle: smtp_component_handle) -> CInt {
    CallBoundary.run(handle) { smtp throws(SMTPError) in try await smtp.sendToTerminalAndEmail() }
}

@c @implementation
public func smtp_component_do_sendtoterminalonly(_ handle: smtp_component_handle) -> CInt {
    CallBoundary.run(handle) { smtp throws(SMTPError) in try await smtp.sendToTerminalOnly() }
}

@c @implementation
public func smtp_component_do_sendtoterminaloremail(_ handle: smtp_component_handle) -> CInt {
    CallBoundary.run(handle) { smtp throws(SMTPError) in try await smtp.sendToTerminalOrEmail() }
}

@c @implementation
public func smtp_component_do_verify(
    _ handle: smtp_component_handle,
    _ address: UnsafePointer<CChar>?
) -> CInt {
    CallBoundary.run(handle, address) { smtp, address throws(SMTPError) in try await smtp.verify(address) }
}
