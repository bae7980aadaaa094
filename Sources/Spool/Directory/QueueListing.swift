// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The messages of a queue directory by state, read from the names alone.
package struct QueueListing: Sendable {
    /// All names that the spool knows.
    package let names: [SpoolFileName]

    /// The messages in a state, in no particular order.
    package func stems(in state: SpoolState) -> [MessageStem] {
        names.compactMap { name in
            if case .message(let stem, state) = name { stem } else { nil }
        }
    }

    /// The messages and their states, ordered by name.
    package var messages: [(stem: MessageStem, state: SpoolState)] {
        names.compactMap { name in
            if case .message(let stem, let state) = name { (stem, state) } else { nil }
        }.sorted { $0.stem < $1.stem }
    }
}
