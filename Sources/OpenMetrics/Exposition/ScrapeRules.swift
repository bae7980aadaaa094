// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// What a request to the listener is answered.
///
/// Pure.
enum ScrapeRules {
    /// An answer.
    enum Answer: Hashable, Sendable {
        /// The metrics.
        case metrics(ExpositionFormat)
        /// Nothing else is there.
        case notFound
        /// There is nothing else to do with them than to read them.
        case methodNotAllowed
    }

    /// The answer to a request with this method, target and `Accept` field.
    static func answer(method: String, target: String, accept: String?) -> Answer {
        guard target.prefix(while: { $0 != "?" }) == "/metrics" else { return .notFound }
        return method == "GET" ? .metrics(ExpositionFormat(accepting: accept)) : .methodNotAllowed
    }
}
