// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The methods of the class; the raw value is the name in documents.
package enum Method: String, CaseIterable, Sendable {
    case config = "Config"
    case connect = "Connect"
    case disconnect = "Disconnect"
    case doEvents = "DoEvents"
    case expand = "Expand"
    case interrupt = "Interrupt"
    case processQueue = "ProcessQueue"
    case queue = "Queue"
    case resetHeaders = "ResetHeaders"
    case send = "Send"
    case sendToTerminalAndEmail = "SendToTerminalAndEmail"
    case sendToTerminalOnly = "SendToTerminalOnly"
    case sendToTerminalOrEmail = "SendToTerminalOrEmail"
    case verify = "Verify"
}
