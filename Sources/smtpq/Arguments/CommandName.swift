// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import ProgramOutput
internal import Submission

/// The first argument of the program.
///
/// Pure.
enum CommandName {
    /// Throws ``CommandFailure`` with the nearest name when the argument is no command, no option and no request for help.
    static func check(_ argument: String?, known: [String]) throws(CommandFailure) {
        guard let argument, !argument.hasPrefix("-"), argument != "help", !known.contains(argument) else {
            return
        }
        let hint = NearestName.of(argument, among: known).map { ": did you mean \($0)?" } ?? ""
        let shown = PrintableText(argument, limitBytes: 60)
        throw CommandFailure("there is no command \"\(shown)\"\(hint) (smtpq --help lists them)", .usage)
    }
}
