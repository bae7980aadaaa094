// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import ProgramOutput
internal import Submission

/// The command line of `sendmail`, as decades of programs write it.
///
/// Pure. Options end at `--` or at the first argument without a hyphen; letters may stand together (`-ti`), values behind
/// their letter or after it. What has no meaning here, such as `-odb` or `-oem`, is taken and ignored.
struct SendmailArguments: Hashable {
    /// What is to be done.
    enum Mode: Hashable {
        /// Take a message from standard input (`-bm`, the default).
        case submit
        /// Speak SMTP on standard input and output (`-bs`).
        case session
        /// List the queue (`-bp`, `mailq`).
        case list
        /// Check the aliases (`-bi`, `newaliases`).
        case aliases
        /// Say where mail for the addresses goes (`-bv`).
        case verify
        /// Try what waits now (`-q`).
        case flush(Selection)
    }

    /// Which messages are to be tried now.
    enum Selection: Hashable {
        case all
        case id(String)
        case sender(String)
        case recipient(String)
    }

    /// What is to be done.
    var mode = Mode.submit
    /// Whether the recipients in the header count (`-t`).
    var readsRecipients = false
    /// Whether a line of one dot belongs to the message (`-i`, `-oi`).
    var ignoresDots = false
    /// The sender of the envelope (`-f`, `-r`); empty for none.
    var sender: String?
    /// The name of the author, for a message without From (`-F`).
    var fullName: String?
    /// When the sender wants a report (`-N`).
    var notify: String?
    /// What a report returns (`-R`).
    var ret: String?
    /// What reports repeat (`-V`).
    var envelopeID: String?
    /// The recipients, as they stand.
    var recipients: [String] = []

    /// The letters whose value follows, in the same argument or the next one.
    private static let withValue = Set("ABCDFLNORVXbefhopr")
    /// The letters that stand alone; all but `i` and `t` mean nothing here.
    private static let alone = Set("GIUcimnstvx")

    /// Reads a command line without the name of the program.
    init(_ arguments: [String]) throws(CommandFailure) {
        var rest = arguments[...]
        while let argument = rest.first, argument.hasPrefix("-"), argument != "-" {
            rest.removeFirst()
            if argument == "--" { break }
            try read(argument.dropFirst(), &rest)
        }
        recipients = Array(rest)
    }

    private mutating func read(_ letters: Substring, _ rest: inout ArraySlice<String>) throws(CommandFailure)
    {
        var letters = letters
        while let letter = letters.popFirst() {
            switch letter {
            case "q", "d", "Q", "M", "E":
                // The value is optional, so it stands behind its letter or nowhere.
                if letter == "q" { mode = .flush(try Self.selection(letters)) }
                return
            case _ where Self.alone.contains(letter):
                apply(letter)
            case _ where Self.withValue.contains(letter):
                guard let value = letters.isEmpty ? rest.popFirst() : String(letters) else {
                    throw CommandFailure("option -\(letter) needs a value", .usage)
                }
                return try apply(letter, value)
            default:
                let shown = PrintableText("-\(letter)", limitBytes: 20)
                throw CommandFailure(
                    "unknown option \(shown) (an address that begins so stands behind --)",
                    .usage
                )
            }
        }
    }

    private mutating func apply(_ letter: Character) {
        switch letter {
        case "i": ignoresDots = true
        case "t": readsRecipients = true
        case "I": mode = .aliases
        default: break
        }
    }

    private mutating func apply(_ letter: Character, _ value: String) throws(CommandFailure) {
        switch letter {
        case "b": mode = try Self.mode(value)
        case "f", "r": sender = value
        case "F": fullName = value
        case "N": notify = value
        case "R": ret = value
        case "V": envelopeID = value
        case "o":
            if value == "i" { ignoresDots = true }
            if value == "t" { readsRecipients = true }
        case "O":
            if value.lowercased() == "ignoredots=true" || value.lowercased() == "ignoredots" {
                ignoresDots = true
            }
        default: break
        }
    }

    private static func mode(_ value: String) throws(CommandFailure) -> Mode {
        switch value {
        case "m", "a": return .submit
        case "s": return .session
        case "p": return .list
        case "i": return .aliases
        case "v": return .verify
        case "d", "D":
            throw CommandFailure("-b\(value): the daemon is smtpqd (systemctl start smtpqd)", .usage)
        default:
            throw CommandFailure("-b\(PrintableText(value, limitBytes: 20)) is not known", .usage)
        }
    }

    /// What `-q` selects: nothing or a time means all, `I`, `S` and `R` an id, senders and recipients.
    private static func selection(_ value: Substring) throws(CommandFailure) -> Selection {
        let text = String(value.dropFirst())
        switch value.first {
        case "I" where !text.isEmpty: return .id(text)
        case "S" where !text.isEmpty: return .sender(text)
        case "R" where !text.isEmpty: return .recipient(text)
        case nil, "0", "1", "2", "3", "4", "5", "6", "7", "8", "9": return .all
        default: throw CommandFailure("-q\(PrintableText(value, limitBytes: 20)) is not known", .usage)
        }
    }
}
