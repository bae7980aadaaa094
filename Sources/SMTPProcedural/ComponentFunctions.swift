// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

// swift-format-ignore-file: AlwaysUseLowerCamelCase, AllPublicDeclarationsHaveDocumentation

public import CSMTPProcedural
internal import SMTPComponent

// Components, their errors and their events. The names and the promises are those of smtp_component.h.

@c @implementation
public func smtp_component_abi_version() -> CInt { SMTP_COMPONENT_ABI_VERSION }

@c @implementation
public func smtp_component_open() -> smtp_component_handle { HandleTable.open() }

@c @implementation
public func smtp_component_close(_ handle: smtp_component_handle) -> CInt {
    guard let component = HandleTable.remove(handle) else {
        return CallBoundary.number(CallBoundary.noSuchHandle)
    }
    component.close()
    return 0
}

@c @implementation
public func smtp_component_register_callback(
    _ handle: smtp_component_handle,
    _ event: CInt,
    _ callback: smtp_component_callback?,
    _ context: UnsafeMutableRawPointer?
) -> CInt {
    CallBoundary.perform(handle) { component throws(SMTPError) in
        try component.register(callback.map { EventCallback($0, context) }, for: Int(event))
    }
}

@c @implementation
public func smtp_component_get_last_error(_ handle: smtp_component_handle) -> UnsafePointer<CChar>? {
    ReturnedText.keep(Array((CallBoundary.lastError(handle)?.description ?? "").utf8))
}

@c @implementation
public func smtp_component_get_last_error_code(_ handle: smtp_component_handle) -> CInt {
    CallBoundary.lastError(handle).map(CallBoundary.number) ?? 0
}
