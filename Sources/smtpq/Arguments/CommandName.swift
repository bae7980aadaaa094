// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import DaemonConfiguration
internal import MailMessage
internal import ProgramOutput

/// The first argument of the program.
///
/// Pure.
enum CommandName {
    /// Most letters in which a name may differ from the one that was meant.
    private static let distanceLimit = 2

    /// Throws ``CommandFailure`` with the nearest name when the argument is no command, no option and no request for help.
    static func check(_ argument: String?, known: [String]) throws(CommandFailure) {
        guard let argument, !argument.hasPrefix("-"), argument != "help", !known.contains(argument) else {
            return
        }
        let distances = known.map { (name: $0, distance: EditDistance.between(argument, $0)) }
        let nearest = distances.filter { $0.distance <= distanceLimit }.min { $0.distance < $1.distance }
        let hint = nearest.map { ": did you mean \($0.name)?" } ?? ""
        let shown = PrintableText(argument, limitBytes: 60)
        throw CommandFailure("there is no command \"\(shown)\"\(hint) (smtpq --help lists them)", .usage)
    }
}
