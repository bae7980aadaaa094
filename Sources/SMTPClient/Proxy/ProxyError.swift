// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Why a connection through a proxy does not come about.
struct ProxyError: Error, Equatable {
    /// Whose fault it is.
    enum Code: Equatable {
        /// The settings ask for what the proxy cannot be told.
        case settings
        /// The proxy refused.
        case refused
        /// What came back is not what such a proxy says.
        case malformed
        /// The proxy closed the connection.
        case closed
    }

    let code: Code
    /// The reason in words: printable, without secrets.
    let summary: String

    static func == (left: ProxyError, right: ProxyError) -> Bool { left.code == right.code }

    static func settings(_ summary: String) -> ProxyError { ProxyError(code: .settings, summary: summary) }

    static func refused(_ reason: String) -> ProxyError {
        ProxyError(code: .refused, summary: "the proxy refused: \(reason)")
    }

    static func malformed(_ what: String) -> ProxyError {
        ProxyError(code: .malformed, summary: "this is no proxy of the kind set: \(what)")
    }

    static let closed = ProxyError(code: .closed, summary: "the proxy closed the connection")
}
