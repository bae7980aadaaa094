// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import CSMTPProcedural
internal import Glibc
internal import SMTPComponent

/// A function of the caller's that is called for an event.
struct EventCallback: Sendable {
    private let function: smtp_component_callback
    /// The pointer that goes with it, whose target is the caller's affair.
    private let context: UInt

    init(_ function: smtp_component_callback, _ context: UnsafeMutableRawPointer?) {
        self.function = function
        self.context = UInt(bitPattern: context)
    }

    /// Calls it.
    func call(_ event: SMTPEvent, of handle: smtp_component_handle) {
        let arguments = zip(event.kind.arguments, event.values).map { name, value in
            if case .number(let number) = value {
                smtp_component_argument(name: strdup(name), text: nil, number: Int64(number))
            } else {
                smtp_component_argument(name: strdup(name), text: strdup(value.string), number: 0)
            }
        }
        arguments.withUnsafeBufferPointer { buffer in
            function(
                handle,
                CInt(event.kind.rawValue),
                buffer.baseAddress,
                CInt(buffer.count),
                UnsafeMutableRawPointer(bitPattern: context)
            )
        }
        for argument in arguments {
            free(UnsafeMutablePointer(mutating: argument.name))
            free(UnsafeMutablePointer(mutating: argument.text))
        }
    }
}
