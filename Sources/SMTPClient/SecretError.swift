// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Why a secret cannot be had.
///
/// Never holds the secret.
package struct SecretError: Error, Hashable, Sendable {
    /// What is wrong and what to do, printable.
    package let summary: String

    /// An error.
    package init(_ summary: String) { self.summary = summary }
}
