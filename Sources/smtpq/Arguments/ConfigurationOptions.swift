// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import DaemonConfiguration
internal import Delivery
internal import Glibc
internal import ProgramOutput
internal import Submission

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
    /// A configuration that is wrong is an error: to go on without it could put mail where no daemon looks. `advice` is what
    /// could be done about it else.
    func settingsIfReadable(advice: String = "") throws(CommandFailure) -> DaemonSettings? {
        let isNamed = config != nil
        guard isNamed || access(path, R_OK) == 0 else { return nil }
        do throws(ConfigurationError) {
            return try ConfigurationLoader.load(path: path, readsSecrets: false)
        } catch {
            throw CommandFailure("\(error)\(advice)", .configuration)
        }
    }

    /// How senders are told what becomes of their mail: as the configuration says, or as is usual where none can be read.
    func reportPolicy() throws(CommandFailure) -> ReportPolicy? {
        if let settings = try settingsIfReadable() { return settings.delivery.reports }
        let host = HostName.fullyQualified()
        return ReportPolicy.usualAuthor(at: host).map { ReportPolicy(author: $0, host: host) }
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

    /// What is in force and where it comes from, without the secrets.
    func inventory() throws(CommandFailure) -> ConfigurationInventory {
        do throws(ConfigurationError) {
            return try ConfigurationLoader.inventory(path: path)
        } catch {
            throw CommandFailure("\(error)", .configuration)
        }
    }
}
