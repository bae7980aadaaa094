// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

// swift-format-ignore-file: AlwaysUseLowerCamelCase, AllPublicDeclarationsHaveDocumentation

public import CSMTPProcedural
internal import SMTPComponent

// Properties. The names and the promises are those of smtp_component.h.

@c @implementation
public func smtp_component_set(
    _ handle: smtp_component_handle,
    _ id: CInt,
    _ index: CInt,
    _ value: UnsafePointer<CChar>?
) -> CInt {
    CallBoundary.perform(handle) { component throws(SMTPError) in
        try component.set(Int(id), Int(index), to: .text(CallBoundary.text(value)))
    }
}

@c @implementation
public func smtp_component_set_bytes(
    _ handle: smtp_component_handle,
    _ id: CInt,
    _ index: CInt,
    _ value: UnsafeRawPointer?,
    _ length: Int
) -> CInt {
    CallBoundary.perform(handle) { component throws(SMTPError) in
        guard value != nil || length == 0, length >= 0 else {
            throw SMTPError(.invalidValue, "NULL is no value")
        }
        let bytes = Array(UnsafeRawBufferPointer(start: value, count: length))
        if Int(id) == Property.message.rawValue {
            try component.set(Int(id), Int(index), to: .bytes(bytes))
        } else {
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw SMTPError(.invalidValue, "not UTF-8")
            }
            try component.set(Int(id), Int(index), to: .text(text))
        }
    }
}

@c @implementation
public func smtp_component_get(
    _ handle: smtp_component_handle,
    _ id: CInt,
    _ index: CInt
) -> UnsafePointer<CChar>? {
    ReturnedText.keep(bytes(handle, id, index))
}

@c @implementation
public func smtp_component_get_bytes(
    _ handle: smtp_component_handle,
    _ id: CInt,
    _ index: CInt,
    _ length: UnsafeMutablePointer<Int>?
) -> UnsafeRawPointer? {
    let bytes = bytes(handle, id, index)
    length?.pointee = bytes.count
    return ReturnedText.keep(bytes).map { UnsafeRawPointer($0) }
}

private func bytes(_ handle: smtp_component_handle, _ id: CInt, _ index: CInt) -> [UInt8] {
    CallBoundary.bytes(handle) { component throws(SMTPError) in
        switch try component.value(of: Int(id), Int(index)) {
        case .bytes(let bytes): bytes
        case let value: Array(value.string.utf8)
        }
    }
}
