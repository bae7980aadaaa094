// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import DaemonConfiguration
internal import Delivery
internal import ProgramOutput

/// `smtpq explain retry`: when a deferred message is tried again.
struct ExplainRetry: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Say when a message that is deferred each time is tried again, and when it is given up.",
        discussion: """
            The times are those after the first attempt; each wait is drawn within 20 % of what is shown. A fault of the relay \
            itself counts no attempt: then mail waits until the relay works again.

              smtpq explain retry
            """
    )

    @OptionGroup var configurationOptions: ConfigurationOptions

    func run() throws {
        let policy = try configurationOptions.settingsWithoutSecrets().delivery.retry
        for line in Self.lines(policy) { StandardStream.output.writeLine(line) }
    }

    /// The schedule, up to the first attempt whose wait repeats.
    ///
    /// Pure.
    static func lines(_ policy: RetryPolicy) -> [String] {
        var lines = ["attempt  1  at once"]
        var elapsed = Duration.zero
        for (index, interval) in policy.intervals.enumerated() where elapsed + interval < policy.maxAge {
            elapsed += interval
            let number = String(index + 2)
            let padding = String(repeating: " ", count: max(0, 2 - number.count))
            lines.append(
                "attempt \(padding)\(number)  \(AgeText.text(interval)) later, \(AgeText.text(elapsed)) after the first"
            )
        }
        if let last = policy.intervals.last, elapsed + last < policy.maxAge {
            lines.append("then every   \(AgeText.text(last))")
        }
        return lines + ["given up    after \(AgeText.text(policy.maxAge)) (MaxAge), or at Queue-Expires"]
    }
}
