// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import DaemonConfiguration
internal import Delivery

/// Where the queue is, and what it takes.
///
/// Pure, but for the configuration that it may ask for.
struct QueueLocation: Hashable {
    /// The directory when nothing names another.
    static let standardPath = "/var/spool/smtpq"

    /// The directory.
    let path: String
    /// Largest queue file that the daemon takes, in bytes; nil when that is not known.
    let maximumByteCount: Int64?

    init(path: String, maximumByteCount: Int64?) {
        self.path = path
        self.maximumByteCount = maximumByteCount
    }

    /// Decides: the option, else the environment, else the configuration, else the standard path.
    ///
    /// - Parameters:
    ///   - option: what the command line says.
    ///   - environment: what the environment says; empty is nothing.
    ///   - settings: reads the configuration; called only when nothing else names the directory. It gives nil when there is
    ///     none: the user of an application need not be able to read it.
    /// - Throws: what `settings` throws: to go on without them could put mail where no daemon looks.
    init(
        option: String?,
        environment: String?,
        settings: () throws(CommandFailure) -> DaemonSettings?
    ) throws(CommandFailure) {
        if let named = [option, environment].compactMap(\.self).first(where: { !$0.isEmpty }) {
            path = named
            maximumByteCount = nil
        } else {
            let delivery = try settings()?.delivery
            path = delivery?.queueDirectory ?? Self.standardPath
            maximumByteCount = delivery?.maxMessageBytes
        }
    }
}
