// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import ProgramOutput
internal import SMTPProtocol

/// `smtpq verify`: asks the relay whether it knows an address.
struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Ask the relay whether it knows an address (VRFY), without sending mail.",
        discussion: """
            Prints the relay's answer. Many relays answer 252 to every address: they take mail for it and do not tell more.

              smtpq verify alice@example.net

            Exit status: 0 the relay answered, 65 it refused, 69 it cannot be used, 75 it refused for now.
            """
    )

    @Argument(help: "The address, or the name of a user.")
    var address: String
    @OptionGroup var configuration: ConfigurationOptions

    func run() async throws {
        for line in try await RelayQuestion(.verify(address)).ask(configuration) {
            StandardStream.output.writeLine(line)
        }
    }
}
