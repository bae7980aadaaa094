// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Why a sink cannot work.
package struct SinkError: Error, Hashable, CustomStringConvertible {
    /// What it cannot do.
    package enum Code: Hashable, Sendable {
        /// Store messages.
        case store
        /// Listen on its address.
        case listen
    }

    /// What it cannot do.
    package let code: Code
    /// What is wrong.
    package let summary: String

    init(_ summary: String, _ code: Code = .store) {
        self.code = code
        self.summary = summary
    }

    /// The summary.
    package var description: String { summary }
}
