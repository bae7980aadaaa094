// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc

/// The variables of this process that name the system's proxy.
enum ProxyEnvironment {
    /// Those that are set, by name.
    static var current: [String: String] {
        var variables: [String: String] = [:]
        for name in ["all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"] {
            if let value = getenv(name) { variables[name] = String(cString: value) }
        }
        return variables
    }
}
