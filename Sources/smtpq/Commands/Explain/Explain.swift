// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser

/// `smtpq explain`: what would happen, and why.
struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say what would happen, and why.",
        subcommands: [ExplainRoute.self, ExplainRetry.self, ExplainConfig.self, ExplainSettings.self]
    )
}
