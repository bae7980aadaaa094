// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The closures that are called when something happens.
struct EventCallbacks: Sendable {
    var all: (@Sendable (SMTPEvent) -> Void)?
    var connectionStatus: (@Sendable (String, Int, String) -> Void)?
    var endTransfer: (@Sendable (SMTP.Direction) -> Void)?
    var error: (@Sendable (Int, String) -> Void)?
    var expand: (@Sendable (String) -> Void)?
    var piTrail: (@Sendable (SMTP.Direction, String) -> Void)?
    var startTransfer: (@Sendable (SMTP.Direction) -> Void)?
    var transfer: (@Sendable (SMTP.Direction, Int64, Int) -> Void)?

    /// Calls the closure of all events and that of this one, as far as they are there.
    func call(_ event: SMTPEvent) {
        all?(event)
        switch event {
        case .connectionStatus(let event, let code, let text): connectionStatus?(event, code, text)
        case .endTransfer(let direction): endTransfer?(direction)
        case .error(let code, let text): error?(code, text)
        case .expand(let address): expand?(address)
        case .piTrail(let direction, let message): piTrail?(direction, message)
        case .startTransfer(let direction): startTransfer?(direction)
        case .transfer(let direction, let count, let percent): transfer?(direction, count, percent)
        }
    }
}
