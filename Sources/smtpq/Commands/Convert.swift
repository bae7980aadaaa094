// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import MailMessage
internal import Migration
internal import ProgramOutput
internal import Submission

/// `smtpq convert`: the configuration of another program as one of smtpqd.
struct Convert: ParsableCommand {
    /// The program whose configuration is read.
    enum Program: String, CaseIterable, ExpressibleByArgument {
        case nullmailer, msmtp, ssmtp, postfix

        /// Where its configuration stands.
        var path: String {
            switch self {
            case .nullmailer: "/etc/nullmailer"
            case .msmtp: "/etc/msmtprc"
            case .ssmtp: "/etc/ssmtp/ssmtp.conf"
            case .postfix: "/etc/postfix/main.cf"
            }
        }

        /// The translation of a configuration.
        func translation(of path: String) throws(MigrationError) -> Translation {
            switch self {
            case .nullmailer: try NullmailerReader.translation(of: path)
            case .msmtp: try MSMTPReader.translation(of: path)
            case .ssmtp: try SSMTPReader.translation(of: path)
            case .postfix: try PostfixReader.translation(of: path)
            }
        }
    }

    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Make a smtpqd.toml of the configuration of another program.",
        discussion: """
            Prints the configuration. What cannot be translated, or is different now, stands at its top and on standard error, \
            with file and line. Passwords never stand in it: with --secrets they are written to files of their own in that \
            folder, mode 0600, which must not exist yet; without, the file that is to be made is named.

              sudo smtpq convert nullmailer
              sudo smtpq convert postfix --secrets /etc/smtpqd > smtpqd.toml
              smtpq convert msmtp ~/.msmtprc

            Exit status: 66 the configuration cannot be read or names no relay, 73 a file with a password cannot be made.
            """
    )

    @Argument(help: "nullmailer, msmtp, ssmtp, or postfix as a null client.")
    var program: Program
    @Argument(
        help: "Its configuration: a file, of nullmailer the folder. Default: where the program looks for it."
    )
    var path: String?
    @Option(help: ArgumentHelp("Write the passwords into files in this folder.", valueName: "dir"))
    var secrets: String?

    func validate() throws {
        if let secrets, !secrets.hasPrefix("/") { throw ValidationError("--secrets needs an absolute path.") }
    }

    func run() throws {
        let path = path ?? program.path
        let translation: Translation
        do throws(MigrationError) {
            translation = try program.translation(of: path)
        } catch {
            throw CommandFailure(error.summary, .noInput)
        }
        if let secrets { try SecretFileWriter(folder: secrets).write(translation.relays) }
        for remark in translation.remarks { StandardStream.error.writeLine("smtpq: \(remark)") }
        let writer = TranslationWriter(
            program: program.rawValue,
            path: path,
            secretsFolder: secrets ?? "/etc/smtpqd",
            hasWrittenSecrets: secrets != nil
        )
        StandardStream.output.writeLine(String(writer.text(translation).dropLast()))
    }
}
