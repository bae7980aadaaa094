// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import DaemonConfiguration
internal import Glibc
internal import ProgramOutput

/// Which configuration a command reads.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The configuration file. Default: $SMTPQ_CONFIG, else \(ConfigurationLoader.standardPath).",
            valueName: "file"
        )
    )
    var config: String?

    /// Its path.
    var path: String {
        config ?? getenv("SMTPQ_CONFIG").map { String(cString: $0) } ?? ConfigurationLoader.standardPath
    }

    /// The settings without the secrets; nil when there is no configuration, or none that this user may read.
    ///
    /// A configuration that is wrong is an error: to go on without it could put mail where no daemon looks.
    func settingsIfReadable() throws(CommandFailure) -> DaemonSettings? {
        let isNamed = config != nil
        guard isNamed || access(path, R_OK) == 0 else { return nil }
        do throws(ConfigurationError) {
            return try ConfigurationLoader.load(path: path, readsSecrets: false)
        } catch {
            throw CommandFailure("\(error) (or name the queue with --queue-dir)", .configuration)
        }
    }

    /// The settings without the secrets.
    func settingsWithoutSecrets() throws(CommandFailure) -> DaemonSettings {
        do throws(ConfigurationError) {
            return try ConfigurationLoader.load(path: path, readsSecrets: false)
        } catch {
            throw CommandFailure("\(error)", .configuration)
        }
    }

    /// The settings with their secrets.
    func settings() throws(CommandFailure) -> DaemonSettings {
        do throws(ConfigurationError) {
            return try ConfigurationLoader.load(path: path)
        } catch {
            throw CommandFailure("\(error)", .configuration)
        }
    }
}
