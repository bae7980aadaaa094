// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The events of the class; the raw value is the number that the procedural interface uses.
package enum EventKind: Int, CaseIterable, Sendable {
    case connectionStatus = 1
    case endTransfer
    case error
    case expand
    case piTrail
    case startTransfer
    case transfer

    /// The name in documents.
    package var name: String {
        switch self {
        case .connectionStatus: "ConnectionStatus"
        case .endTransfer: "EndTransfer"
        case .error: "Error"
        case .expand: "Expand"
        case .piTrail: "PITrail"
        case .startTransfer: "StartTransfer"
        case .transfer: "Transfer"
        }
    }

    /// The names of the arguments, in their order.
    package var arguments: [String] {
        switch self {
        case .connectionStatus: ["ConnectionEvent", "StatusCode", "Description"]
        case .endTransfer, .startTransfer: ["Direction"]
        case .error: ["ErrorCode", "Description"]
        case .expand: ["Address"]
        case .piTrail: ["Direction", "Message"]
        case .transfer: ["Direction", "BytesTransferred", "PercentDone"]
        }
    }
}
