// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import DaemonConfiguration
internal import Delivery
internal import MailMessage
internal import ProgramOutput
internal import Submission

/// `newaliases` and `sendmail -bv`: what the aliases say.
///
/// There is no database to make anew: the daemon reads the file when it has changed.
enum AliasCheck {
    /// Says what is wrong with the file of aliases, and how many there are.
    static func run() throws {
        let path = try settings()?.aliasFile ?? AliasFile.standardPath
        let shown = PrintableText(path, limitBytes: 300)
        let parser: AliasFileParser
        do throws(ConfigurationError) {
            parser = try AliasFile.read(path)
        } catch {
            throw CommandFailure("\(error)", .noInput)
        }
        for problem in parser.problems {
            StandardStream.error.writeLine("newaliases: \(shown):\(problem.line): \(problem.summary)")
        }
        StandardStream.output.writeLine("\(shown): \(parser.table.count) aliases, in force without more ado")
    }

    /// Says where mail for addresses goes.
    static func verify(_ addresses: [String]) throws {
        guard !addresses.isEmpty else { throw CommandFailure("-bv needs addresses", .usage) }
        guard let rules = try settings()?.delivery.localAddresses() else {
            throw CommandFailure(
                "there is no configuration to tell where mail goes, or you may not read it",
                .configuration
            )
        }
        for text in addresses {
            do {
                let address = try MailAddress(text, domainIfMissing: LocalAddressRules.hostDomain)
                let targets = try rules.targets(of: address).map(\.description).joined(separator: ", ")
                StandardStream.output.writeLine("\(PrintableText(text, limitBytes: 260)) goes to \(targets)")
            } catch let error as AddressError {
                throw CommandFailure(error.summary, .noUser)
            } catch let error as EnvelopeError {
                throw CommandFailure(error.summary, .noUser)
            }
        }
    }

    private static func settings() throws -> DaemonSettings? {
        try QueueOptions.standard().configuration.settingsIfReadable()
    }
}
