// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import ProgramOutput
internal import Submission

/// Keeps addresses and options apart before the options are parsed: an address that begins with a hyphen is
/// never an option (T17).
///
/// Pure.
///
/// | argument of `send` | what becomes of it |
/// |---|---|
/// | `-oQ/tmp@example.net` | a recipient: no option begins so |
/// | `--to=a@example.net`, `-fa@example.net` | refused: it could be either |
/// | anything behind `--`, or behind an option that takes a value | stays what it is |
enum AddressArguments {
    /// The arguments with addresses that begin with a hyphen moved behind `--`.
    ///
    /// - Parameters:
    ///   - arguments: the command line without the name of the program.
    ///   - valueOptions: the options of `send` that take the next argument as their value.
    /// - Returns: the arguments for the parser.
    /// - Throws: ``CommandFailure`` for an argument that could be both.
    static func separated(_ arguments: [String], valueOptions: Set<String>) throws(CommandFailure) -> [String]
    {
        guard arguments.first == "send" else { return arguments }
        let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
        var options: [String] = []
        var addresses: [String] = []
        var isValue = false
        for argument in arguments[..<end] {
            let beginsAsOption = !isValue && argument.hasPrefix("-")
            isValue = !isValue && valueOptions.contains(argument)
            guard beginsAsOption, (try? EnvelopeRecipient(parsing: argument)) != nil else {
                options.append(argument)
                continue
            }
            if let name = option(in: argument, valueOptions) {
                let shown = PrintableText(argument, limitBytes: 120)
                throw CommandFailure(
                    "\(shown) could be an option or an address: write \"\(name)\" and its value apart, or put the address behind --",
                    .usage
                )
            }
            addresses.append(argument)
        }
        guard !addresses.isEmpty || end < arguments.endIndex else { return options }
        return options + ["--"] + addresses + arguments[end...].dropFirst()
    }

    /// The option that an argument may begin with: `--to=…`, `-f…`.
    private static func option(in argument: String, _ valueOptions: Set<String>) -> String? {
        if argument.hasPrefix("--") {
            let name = String(argument.prefix { $0 != "=" })
            return argument != name && valueOptions.contains(name) ? name : nil
        }
        let name = String(argument.prefix(2))
        return valueOptions.contains(name) ? name : nil
    }
}
