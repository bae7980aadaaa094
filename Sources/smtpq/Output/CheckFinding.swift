// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import ProgramOutput
internal import Spool

/// One thing that `smtpq check` has found.
///
/// Pure.
///
/// ```
/// ok    relay primary connect      192.0.2.7:587, ready after 34 ms
/// FAIL  relay primary login        the relay answers 535 5.7.8 authentication failed
///       → check User and its password
/// ```
struct CheckFinding {
    /// How it is.
    enum Verdict: String {
        case ok
        /// It works, but not for ever.
        case warning
        case failure
    }

    /// What was looked at, as programs know it.
    enum Step: String {
        case configuration
        case queue
        case resolve
        case connect
        case greeting
        case ehlo
        case tls
        case certificate
        case login
    }

    private static let stepWidth = 11

    let step: Step
    /// The relay; nil for what concerns none.
    var relay: String?
    let verdict: Verdict
    /// What was found, in words.
    let text: String
    /// What to do about it.
    var advice: String?
    /// The same for programs.
    var facts: [JSONValue.Member] = []

    /// The lines for people.
    func lines(_ palette: Palette) -> [String] {
        let word =
            switch verdict {
            case .ok: palette.text("ok  ", isGood: true)
            case .warning: palette.text("warn", isGood: false)
            case .failure: palette.text("FAIL", isGood: false)
            }
        let line = "\(word)  \(subject) \(PrintableText(text, limitBytes: 2048))"
        return [line] + (advice.map { ["      → \(PrintableText($0, limitBytes: 512))"] } ?? [])
    }

    /// The object for programs.
    ///
    /// The keys are stable.
    var json: JSONValue {
        let members: [JSONValue.Member] = [
            .init("step", .string(step.rawValue)),
            .init("relay", relay.map(JSONValue.string) ?? .null),
            .init("verdict", .string(verdict.rawValue)),
            .init("text", .string(PrintableText(text, limitBytes: 2048).string)),
            .init("advice", advice.map(JSONValue.string) ?? .null),
        ]
        return .object(members + facts)
    }

    private var subject: String {
        let name =
            switch step {
            case .configuration: "configuration"
            case .queue: "queue directory"
            case .ehlo: "EHLO"
            case .tls: "TLS"
            default: step.rawValue
            }
        guard let relay else { return name }
        let padding = String(repeating: " ", count: max(0, Self.stepWidth - name.count))
        return "relay \(PrintableText(relay, limitBytes: 80)) \(name)\(padding)"
    }
}
