// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import DaemonConfiguration
internal import Delivery
internal import Glibc
internal import ProgramOutput
internal import SMTPClient
internal import Spool
internal import Submission

/// `smtpq check`: tries everything that the daemon needs, and sends nothing.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check configuration, queue directory and relay, without sending mail.",
        discussion: """
            One line for each step: "ok", "warn", or "FAIL" with the reason and what to do about it. The relay is used as \
            the daemon would: addresses, connection, TLS with all certificates that it shows and their last days, what it \
            offers, login. A certificate with less than 14 days left is a warning. Secrets are read, so run it as root or \
            as the daemon's user.

              sudo smtpq check
              sudo smtpq check -v
              sudo smtpq check --json | jq 'select(.verdict != "ok") | .text'

            With --json one object a line, with the keys step (configuration, queue, resolve, connect, greeting, tls, \
            certificate, ehlo, login), relay, verdict (ok, warning, failure), text, advice, and those of the step: \
            addresses; address, milliseconds; version; subject, issuer, names, notBefore, notAfter, daysLeft; extensions, \
            size, mechanisms; user, mechanism.

            Exit status: 0 all is well, 69 the relay cannot be used, 73 the queue directory cannot be used, 78 the \
            configuration is wrong.
            """
    )

    @Flag(name: .shortAndLong, help: "Show the dialogues with the relay, without secrets.")
    var verbose = false
    @Flag(help: "For programs: one JSON object a line.")
    var json = false
    @OptionGroup var configuration: ConfigurationOptions

    func validate() throws {
        if verbose, json { throw ValidationError("Give --verbose or --json, not both.") }
    }

    func run() async throws {
        var report = CheckReport(isForPrograms: json)
        let settings: DaemonSettings
        do throws(CommandFailure) {
            settings = try configuration.settings()
        } catch {
            report.add(
                CheckFinding(step: .configuration, verdict: .failure, text: error.summary),
                error.status
            )
            return try report.end()
        }
        report.add(CheckFinding(step: .configuration, verdict: .ok, text: configuration.path))
        checkQueue(settings.delivery.queueDirectory, &report)
        for relay in settings.delivery.relays {
            await RelayCheck(relay: relay, trace: verbose ? Self.show : nil).run(&report)
        }
        try report.end()
    }

    private func checkQueue(_ path: String, _ report: inout CheckReport) {
        func fail(_ problem: String, _ status: ExitStatus) {
            report.add(CheckFinding(step: .queue, verdict: .failure, text: problem), status)
        }
        do throws(SpoolError) {
            _ = try QueueDirectory.open(path)
        } catch {
            return fail(error.summary, .cannotCreate)
        }
        let facts = DirectoryFacts(path: path)
        if access(path, R_OK | W_OK | X_OK) != 0 {
            fail("\(path): \(String(cString: strerror(errno)))", .cannotCreate)
        } else if let problem = facts?.problem {
            fail("\(path): \(problem)", .configuration)
        } else {
            let text = path + (facts.map { " (\($0.text))" } ?? "")
            report.add(CheckFinding(step: .queue, verdict: .ok, text: text))
        }
    }

    @Sendable private static func show(_ direction: TraceDirection, _ line: String) {
        StandardStream.output.writeLine((direction == .sent ? "      > " : "      < ") + line)
    }
}
