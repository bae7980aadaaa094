// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage

/// The accounts of a configuration of msmtp, each with all that it inherits.
struct MSMTPAccounts {
    /// A command with its argument, and where it stands.
    struct Command: Hashable {
        let value: String
        let line: SourceLine
    }

    /// An account.
    struct Account {
        let name: String
        let line: SourceLine
        fileprivate(set) var commands: [String: Command]
        /// The account that it is another name for, when it has nothing of its own.
        fileprivate(set) var sameAs: String?

        /// The argument of a command; nil where it does not stand or is empty.
        subscript(name: String) -> Command? {
            commands[name].flatMap { $0.value.isEmpty ? nil : $0 }
        }
    }

    private static let limit = 1000

    /// The accounts in their order.
    private(set) var all: [Account] = []

    /// Reads a file.
    init(_ text: String, file: String, _ translation: inout Translation) throws(MigrationError) {
        var defaults: [String: Command] = [:]
        var isDefaults = false
        for line in SourceLine.lines(of: text, file: file) {
            let (word, rest) = line.firstWordAndRest
            switch word.lowercased() {
            case "defaults":
                isDefaults = true
            case "account":
                isDefaults = false
                guard all.count < Self.limit else {
                    throw MigrationError(file, "has more than \(Self.limit) accounts: is it the right file?")
                }
                all.append(account(rest, defaults, at: line, &translation))
            case "eval", "include":
                translation.remark(
                    "\(word): what it would give is not known: put it in place and convert again",
                    at: line
                )
            case let name:
                let command = Command(value: Self.unquoted(rest), line: line)
                if isDefaults {
                    defaults[name] = command
                } else if all.isEmpty {
                    translation.remark(
                        "\(PrintableText(name, limitBytes: 40)) stands in no account",
                        at: line
                    )
                } else {
                    all[all.count - 1].commands[name] = command
                    all[all.count - 1].sameAs = nil
                }
            }
        }
    }

    private func account(
        _ text: String,
        _ defaults: [String: Command],
        at line: SourceLine,
        _ translation: inout Translation
    ) -> Account {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        var account = Account(name: parts.first?.trimmed ?? "", line: line, commands: defaults)
        let bases = parts.count > 1 ? parts[1].split(separator: ",").prefix(100).map(\.trimmed) : []
        for base in bases {
            guard let found = all.last(where: { $0.name == base }) else {
                translation.remark(
                    "there is no account \(PrintableText(base, limitBytes: 40)) before it",
                    at: line
                )
                continue
            }
            account.commands.merge(found.commands) { $1 }
        }
        if bases.count == 1 { account.sameAs = bases.first }
        return account
    }

    private static func unquoted(_ text: String) -> String {
        text.count >= 2 && text.hasPrefix("\"") && text.hasSuffix("\"")
            ? String(text.dropFirst().dropLast()) : text
    }
}
