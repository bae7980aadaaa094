// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Delivery
internal import MailMessage
internal import NIOPosix
internal import SMTPClient
internal import SMTPProtocol
internal import Spool

/// Looks at a relay step by step, as the daemon would use it, and sends nothing.
///
/// Three connections, so that each step is told of whatever comes after it: one without a login, one that looks at the
/// certificates and goes no further, one that logs in.
struct RelayCheck {
    let relay: RelaySettings
    /// Is shown the dialogue.
    let trace: (@Sendable (TraceDirection, String) -> Void)?

    /// Looks, and tells what it has found.
    func run(_ report: inout CheckReport) async {
        guard await resolve(&report) else { return }
        var fault: RelayFault?
        let began = ContinuousClock.now
        do throws(RelayFault) {
            let connection = try await connector(logsIn: false).connect()
            add(connection, after: ContinuousClock.now - began, to: &report)
            await connection.close()
        } catch {
            report.add(failure(error))
            fault = error
        }
        if relay.connection.security != .none, fault.map({ $0.kind == .tlsVerification }) ?? true {
            await showCertificates(&report)
        }
        if fault == nil { await logIn(&report) }
    }

    private func resolve(_ report: inout CheckReport) async -> Bool {
        do throws(RelayFault) {
            let addresses = try await connector(logsIn: false).addresses()
            let text = "\(relay.connection.relay) at \(addresses.joined(separator: ", "))"
            let fact = JSONValue.Member("addresses", .array(addresses.map(JSONValue.string)))
            report.add(ok(.resolve, text, [fact]))
            return true
        } catch {
            report.add(failure(error, at: .resolve))
            return false
        }
    }

    private func add(
        _ connection: RelayConnection,
        after time: Duration,
        to report: inout CheckReport
    ) {
        let milliseconds = Int64(time / .milliseconds(1))
        report.add(
            ok(
                .connect,
                "connected to \(connection.peer), ready after \(milliseconds) ms",
                [
                    .init("address", .string(connection.peer)),
                    .init("milliseconds", .integer(milliseconds)),
                ]
            )
        )
        report.add(
            ok(
                .tls,
                tlsText(connection.tlsVersion),
                [
                    .init("version", connection.tlsVersion.map(JSONValue.string) ?? .null)
                ]
            )
        )
        let capabilities = connection.facts.capabilities
        let extensions = ServiceExtension.allCases.filter(capabilities.supports).map(\.rawValue)
        var texts = extensions.filter { $0 != "SIZE" && $0 != "AUTH" }
        if let size = capabilities.sizeLimit { texts.append("SIZE \(size)") }
        if !capabilities.authMechanisms.isEmpty {
            texts.append("AUTH " + capabilities.authMechanisms.joined(separator: " "))
        }
        report.add(
            ok(
                .ehlo,
                texts.isEmpty ? "no extension" : texts.joined(separator: ", "),
                [
                    .init("extensions", .array(extensions.map(JSONValue.string))),
                    .init("size", capabilities.sizeLimit.map(JSONValue.integer) ?? .null),
                    .init("mechanisms", .array(capabilities.authMechanisms.map(JSONValue.string))),
                ]
            )
        )
    }

    private func tlsText(_ version: String?) -> String {
        guard let version else { return "none, as configured" }
        let settings = relay.connection.tls
        if settings.proof == .key { return "\(version), the key is pinned" }
        return
            "\(version), the certificate is trusted and for \(settings.serverName ?? relay.connection.relay.host)"
    }

    private func showCertificates(_ report: inout CheckReport) async {
        // Why they could not be seen, the connection before has told.
        let certificates = (try? await connector(logsIn: false).certificates()) ?? []
        for certificate in certificates {
            report.add(CertificateFinding(certificate, now: .now()).finding(of: relay.name))
        }
    }

    private func logIn(_ report: inout CheckReport) async {
        guard let login = relay.connection.login else {
            return report.add(ok(.login, "none, as configured"))
        }
        do throws(RelayFault) {
            let connection = try await connector(logsIn: true).connect()
            let mechanism = connection.facts.mechanism
            report.add(
                ok(
                    .login,
                    "logged in" + (login.user.isEmpty ? "" : " as \(login.user)")
                        + (mechanism.map { " with \($0)" } ?? ""),
                    [
                        .init("user", .string(login.user)),
                        .init("mechanism", mechanism.map(JSONValue.string) ?? .null),
                    ]
                )
            )
            await connection.close()
        } catch {
            report.add(failure(error, at: .login))
        }
    }

    private func connector(logsIn: Bool) -> RelayConnector {
        var settings = relay.connection
        if !logsIn { settings.login = nil }
        return RelayConnector(
            settings: settings,
            loop: MultiThreadedEventLoopGroup.singleton.next(),
            trace: trace
        )
    }

    private func ok(
        _ step: CheckFinding.Step,
        _ text: String,
        _ facts: [JSONValue.Member] = []
    ) -> CheckFinding {
        CheckFinding(step: step, relay: relay.name, verdict: .ok, text: text, facts: facts)
    }

    private func failure(_ fault: RelayFault, at step: CheckFinding.Step? = nil) -> CheckFinding {
        CheckFinding(
            step: step ?? Self.step(of: fault),
            relay: relay.name,
            verdict: .failure,
            text: (fault.code.map { "\($0) " } ?? "") + fault.text,
            advice: RelayAdvice.text(for: fault)
        )
    }

    private static func step(of fault: RelayFault) -> CheckFinding.Step {
        switch (fault.kind, fault.phase) {
        case (.tlsRefused, _), (.tlsVerification, _), (_, .startTLS), (_, .tlsHandshake): .tls
        case (_, .greeting): .greeting
        case (_, .ehlo): .ehlo
        default: .connect
        }
    }
}
