// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Why the proxy that the environment names cannot be used.
package struct ProxyRulesError: Error, Hashable, Sendable {
    /// The reason in words: printable, without the password that may be in the variable.
    package let summary: String

    init(_ summary: String) {
        self.summary = summary
    }

    static let address = ProxyRulesError("it names no host, or no port from 1 to 65535")
    static let login = ProxyRulesError("user and password must be text without controls, in percent encoding")
}
