// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import CSMTPProcedural
internal import Synchronization

/// The components that are open, by their handles.
///
/// A handle is a number, not an address: one that is wrong, or was closed, is found out. Thread-safe.
enum HandleTable {
    private struct State {
        var components: [smtp_component_handle: ProceduralComponent] = [:]
        var lastHandle: smtp_component_handle = 0
    }

    private static let state = Mutex(State())

    /// Makes a component.
    static func open() -> smtp_component_handle {
        state.withLock { state in
            state.lastHandle += 1
            state.components[state.lastHandle] = ProceduralComponent(handle: state.lastHandle)
            return state.lastHandle
        }
    }

    /// The component of a handle; nil when it is none.
    static func component(of handle: smtp_component_handle) -> ProceduralComponent? {
        state.withLock { $0.components[handle] }
    }

    /// Forgets a handle; returns its component.
    static func remove(_ handle: smtp_component_handle) -> ProceduralComponent? {
        state.withLock { $0.components.removeValue(forKey: handle) }
    }
}
