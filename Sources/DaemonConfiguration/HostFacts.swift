// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import SMTPClient

/// What decoding the configuration asks this host: its name, its files, its secrets.
struct HostFacts: Sendable {
    /// Reads a secret.
    let secret: @Sendable (SecretSource) throws(SecretError) -> Secret
    /// Why a file cannot be read; nil when it can.
    let problemOfFile: @Sendable (String) -> String?
    /// Why a file with a secret in it is not to be used; nil when it is.
    let problemOfPrivateFile: @Sendable (String) -> String?
    /// The name by which this host greets a relay.
    let name: @Sendable () -> String
    /// The domain of names that have none.
    var mailName: @Sendable () -> String = { HostName.mailName() }
    /// The domains that mean this host.
    var names: @Sendable () -> [String] = { HostName.names() }
    /// The variables that a proxy could be named in.
    var environment: @Sendable () -> [String: String] = { [:] }

    /// The facts of this host.
    static let actual = HostFacts(
        secret: { source throws(SecretError) in
            try source.read(credentials: SecretSource.credentialsDirectory)
        },
        problemOfFile: {
            access($0, R_OK) == 0 ? nil : "cannot be read: \(String(cString: strerror(errno)))"
        },
        problemOfPrivateFile: { path in
            do throws(SecretError) {
                _ = try PrivateFile(path, credentials: SecretSource.credentialsDirectory)
                return nil
            } catch {
                return error.summary
            }
        },
        name: { HostName.fullyQualified() },
        environment: {
            let names = ["all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"]
            let values = names.compactMap { name in getenv(name).map { (name, String(cString: $0)) } }
            return Dictionary(uniqueKeysWithValues: values)
        }
    )

    /// No facts but the names of this host: the configuration is checked as far as its text goes, without touching the files
    /// that it names.
    static let none = HostFacts(
        secret: { _ throws(SecretError) in Secret("") },
        problemOfFile: { _ in nil },
        problemOfPrivateFile: { _ in nil },
        name: { "localhost" }
    )
}
