// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import DaemonConfiguration
internal import MailMessage
internal import ProgramOutput
internal import Submission

/// `smtpq explain settings`: what each setting means.
struct ExplainSettings: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings",
        abstract: "Say what the settings of smtpqd.toml mean.",
        discussion: """
            Prints the commented example of the configuration, or the settings that are named.

              smtpq explain settings > smtpqd.toml
              smtpq explain settings MailPort TLS
            """
    )

    @Argument(help: "The settings; all without one.")
    var names: [String] = []
    @Flag(help: "Print the manual page smtpqd.toml(5).")
    var man = false

    func validate() throws {
        if man, !names.isEmpty {
            throw ValidationError("The manual page is about all settings: give --man alone.")
        }
    }

    func run() throws {
        if !names.isEmpty {
            for line in try Self.lines(about: names) { StandardStream.output.writeLine(line) }
        } else {
            let text = man ? SettingsPageWriter.text() : SettingsExampleWriter.text()
            StandardStream.output.writeLine(String(text.dropLast()))
        }
    }

    /// What the example says of some settings, under the sections that they stand in.
    ///
    /// Pure.
    static func lines(about names: [String]) throws(CommandFailure) -> [String] {
        let tables =
            [(nil, SettingsTable.settings(of: nil))] + SettingsTable.sections.map { ($0.name, $0.settings) }
        var lines: [String] = []
        for name in names {
            let found = tables.compactMap { section, settings in
                settings.first { $0.name.lowercased() == name.lowercased() }.map { (section, $0) }
            }
            guard !found.isEmpty else {
                let known = tables.flatMap { $0.1.map(\.name) }
                let hint = NearestName.of(name, among: known).map { ": did you mean \($0)?" } ?? ""
                throw CommandFailure(
                    "there is no setting \(PrintableText(name, limitBytes: 60))\(hint)",
                    .usage
                )
            }
            for (section, setting) in found {
                if !lines.isEmpty { lines.append("") }
                if let section { lines.append("#[[\(section)]]") }
                lines += SettingsExampleWriter.lines(of: setting)
            }
        }
        return lines
    }
}
