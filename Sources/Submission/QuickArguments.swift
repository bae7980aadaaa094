// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The arguments of a plain `send`: what applications use, and no more.
///
/// Pure.
///
/// | argument | |
/// |---|---|
/// | `-f SENDER`, `--from SENDER` | where reports go |
/// | `-t`, `--read-recipients` | the recipients are those of the message |
/// | `--key TEXT` | what stands for this message |
/// | `--queue-dir DIR` | the queue |
/// | anything that does not begin with a hyphen, and `-` | recipients and the file |
package struct QuickArguments: Hashable {
    /// The sender.
    package private(set) var sender: String?
    /// Whether the recipients are those of the message.
    package private(set) var readsRecipients = false
    /// The key.
    package private(set) var key: String?
    /// The queue directory.
    package private(set) var queueDirectory: String?
    /// Recipients and the file.
    package private(set) var operands: [String] = []

    /// Reads the arguments; nil where anything else is among them, or the program was called by another name: sendmail, mailq.
    ///
    /// Nil as well where the sender may be the person who runs this: his name takes a look at the system's name service.
    package init?(_ arguments: [String]) {
        var rest = arguments[...]
        guard let program = rest.popFirst()?.split(separator: "/").last, program.hasPrefix("smtpq"),
            rest.popFirst() == "send"
        else { return nil }
        while let argument = rest.popFirst() {
            switch argument {
            case "-f", "--from":
                guard sender == nil, let value = rest.popFirst() else { return nil }
                sender = value
            case "--key":
                guard key == nil, let value = rest.popFirst() else { return nil }
                key = value
            case "--queue-dir":
                guard queueDirectory == nil, let value = rest.popFirst() else { return nil }
                queueDirectory = value
            case "-t", "--read-recipients":
                readsRecipients = true
            default:
                guard argument == "-" || !argument.hasPrefix("-") else { return nil }
                operands.append(argument)
            }
        }
        guard sender != nil || readsRecipients else { return nil }
    }
}
