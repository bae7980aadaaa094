// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Which refused recipients stop a whole transaction.
///
/// When one does, nobody gets the message: it is given up before any of the content is sent.
package enum RefusalPolicy: Hashable, Sendable {
    /// None: the others get the message all the same.
    case goOn
    /// Any of these, by their places among the recipients of the transaction.
    case stop(Set<Int>)

    /// Whether the refusal of the recipient at this place stops the transaction.
    package func stops(at index: Int) -> Bool {
        switch self {
        case .goOn: false
        case .stop(let indices): indices.contains(index)
        }
    }
}
