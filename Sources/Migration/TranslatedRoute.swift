// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// A route of the translation.
struct TranslatedRoute: Hashable, Sendable {
    /// The sender that it is for; nil for all.
    var sender: String?
    /// The recipient that it is for; nil for all.
    var recipient: String?
    /// The names of its relays, in order of preference.
    var relays: [String]
}
