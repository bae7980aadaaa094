// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import ProgramOutput
internal import SMTPProtocol

/// `smtpq expand`: asks the relay who is on a mailing list.
struct Expand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "expand",
        abstract: "Ask the relay who is on a mailing list (EXPN).",
        discussion: """
            Prints a line for each member, as the relay gives it. Many relays do not tell.

              smtpq expand staff@example.net

            Exit status: 0 the relay answered, 65 it refused, 69 it cannot be used, 75 it refused for now.
            """
    )

    @Argument(help: "The address of the list.")
    var list: String
    @OptionGroup var configuration: ConfigurationOptions

    func run() async throws {
        for line in try await RelayQuestion(.expand(list)).ask(configuration) {
            StandardStream.output.writeLine(line)
        }
    }
}
