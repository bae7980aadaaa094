// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Something that happened while a method ran.
public enum SMTPEvent: Hashable, Sendable {
    /// A connection was made or has ended.
    case connectionStatus(event: String, statusCode: Int, description: String)
    /// The text of the message has been transferred.
    case endTransfer(direction: SMTP.Direction)
    /// Something went wrong and did not end the delivery.
    case error(code: Int, description: String)
    /// One address that ``SMTP/expand(_:)`` has brought.
    case expand(address: String)
    /// One line of the protocol, passwords and messages left out.
    case piTrail(direction: SMTP.Direction, message: String)
    /// The transfer of the message's text begins.
    case startTransfer(direction: SMTP.Direction)
    /// A part of the message's text has been transferred; -1 percent means that the whole is not known.
    case transfer(direction: SMTP.Direction, bytesTransferred: Int64, percentDone: Int)

    /// Which of the seven it is.
    package var kind: EventKind {
        switch self {
        case .connectionStatus: .connectionStatus
        case .endTransfer: .endTransfer
        case .error: .error
        case .expand: .expand
        case .piTrail: .piTrail
        case .startTransfer: .startTransfer
        case .transfer: .transfer
        }
    }

    /// The values of the arguments, in the order of ``EventKind/arguments``; a direction is its number.
    package var values: [MemberValue] {
        switch self {
        case .connectionStatus(let event, let code, let text): [.text(event), .number(code), .text(text)]
        case .endTransfer(let direction), .startTransfer(let direction): [.number(direction.rawValue)]
        case .error(let code, let text): [.number(code), .text(text)]
        case .expand(let address): [.text(address)]
        case .piTrail(let direction, let message): [.number(direction.rawValue), .text(message)]
        case .transfer(let direction, let bytes, let percent):
            [.number(direction.rawValue), .number(Int(bytes)), .number(percent)]
        }
    }
}
