// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Spool

extension MessageSummary {
    /// The sender as an address is written elsewhere, without brackets; `<>` for the null sender.
    var senderAddress: String? {
        guard let sender, sender != "<>", sender.hasPrefix("<"), sender.hasSuffix(">") else { return sender }
        return String(sender.dropFirst().dropLast())
    }
}
