// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import DaemonConfiguration
internal import ProgramOutput
internal import Spool

/// `smtpq explain config`: each setting with its value and where that comes from.
struct ExplainConfig: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Show each setting with its value, and where that comes from.",
        discussion: """
            One line for each setting: the value in force, and the file and line that states it, or "default". Secrets are \
            never shown, of a command the program alone. A configuration with a mistake is told as the daemon would.

              smtpq explain config
              smtpq explain config --json | jq -r 'select(.source == "file") | .key'

            With --json one object a line, with the keys section ("Relay", "Route", or null at the top), name (of the relay \
            or route), key, value (null: none, or a secret), text (the value, or what is done without one, in words), source \
            ("file" or "default"), file, line, column.
            """
    )

    @Flag(help: "For programs: one JSON object a line.")
    var json = false
    @OptionGroup var configuration: ConfigurationOptions

    func run() throws {
        let listing = ConfigurationListing(inventory: try configuration.inventory())
        for line in json ? listing.json.map(\.text) : listing.lines { StandardStream.output.writeLine(line) }
    }
}
