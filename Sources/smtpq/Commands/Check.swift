// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import DaemonConfiguration
internal import Delivery
internal import Glibc
internal import MailMessage
internal import NIOPosix
internal import ProgramOutput
internal import SMTPClient
internal import SMTPProtocol
internal import Spool

/// `smtpq check`: tries everything that the daemon needs, and sends nothing.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check configuration, queue directory and relay, without sending mail.",
        discussion: """
            One line for each, "ok" or "FAIL" with the reason. The relay is connected to as the daemon would: name, TLS, \
            certificate, login. Secrets are read, so run it as root or as the daemon's user.

              sudo smtpq check
              sudo smtpq check -v

            Exit status: 0 all is well, 69 the relay cannot be used, 73 the queue directory cannot be used, 78 the \
            configuration is wrong.
            """
    )

    @Flag(name: .shortAndLong, help: "Show the dialogue with the relay, without secrets.")
    var verbose = false
    @OptionGroup var configuration: ConfigurationOptions

    func run() async throws {
        var report = CheckReport()
        let settings: DaemonSettings
        do throws(CommandFailure) {
            settings = try configuration.settings()
        } catch {
            report.fail("configuration \(error.summary)", error.status)
            return try report.end()
        }
        report.ok("configuration \(configuration.path)")
        checkQueue(settings.delivery.queueDirectory, &report)
        for relay in settings.delivery.relays { await check(relay, &report) }
        try report.end()
    }

    private func checkQueue(_ path: String, _ report: inout CheckReport) {
        do throws(SpoolError) {
            _ = try QueueDirectory.open(path)
        } catch {
            return report.fail(error.summary, .cannotCreate)
        }
        let facts = DirectoryFacts(path: path)
        if access(path, R_OK | W_OK | X_OK) != 0 {
            report.fail("queue directory \(path): \(String(cString: strerror(errno)))", .cannotCreate)
        } else if let problem = facts?.problem {
            report.fail("queue directory \(path): \(problem)", .configuration)
        } else {
            report.ok("queue directory \(path)" + (facts.map { " (\($0.text))" } ?? ""))
        }
    }

    private func check(_ relay: RelaySettings, _ report: inout CheckReport) async {
        let name = "relay \(relay.name) at \(relay.connection.relay)"
        let connector = RelayConnector(
            settings: relay.connection,
            loop: MultiThreadedEventLoopGroup.singleton.next(),
            trace: verbose ? Self.show : nil
        )
        do throws(RelayFault) {
            let connection = try await connector.connect()
            report.ok("\(name): \(Self.text(connection, relay.connection))")
            await connection.close()
        } catch {
            report.fail("\(name): \(error.text)", .unavailable)
        }
    }

    /// `connected to 192.0.2.7:587, TLSv1.3, logged in as app with PLAIN`.
    private static func text(_ connection: RelayConnection, _ settings: ConnectionSettings) -> String {
        var facts = ["connected to \(connection.peer)", connection.tlsVersion ?? "without TLS"]
        if let login = settings.login {
            facts.append(
                "logged in as \(login.user)" + (connection.facts.mechanism.map { " with \($0)" } ?? "")
            )
        } else {
            facts.append("without login")
        }
        return facts.joined(separator: ", ")
    }

    @Sendable private static func show(_ direction: TraceDirection, _ line: String) {
        StandardStream.output.writeLine((direction == .sent ? "      > " : "      < ") + line)
    }
}
