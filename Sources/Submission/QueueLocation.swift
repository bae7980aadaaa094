// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Where the queue is, and what it takes.
///
/// Pure, but for the configuration that it may ask for.
package struct QueueLocation: Hashable {
    /// The directory when nothing names another.
    package static let standardPath = "/var/spool/smtpq"
    /// Largest queue file when nothing says otherwise, in bytes.
    package static let standardByteCount: Int64 = 100 << 20

    /// The directory.
    package let path: String
    /// Largest queue file that the daemon takes, in bytes; nil when that is not known.
    package let maximumByteCount: Int64?

    /// A place that is known.
    package init(path: String, maximumByteCount: Int64?) {
        self.path = path
        self.maximumByteCount = maximumByteCount
    }

    /// Decides: the option, else the environment, else the configuration, else the standard path.
    ///
    /// - Parameters:
    ///   - option: what the command line says.
    ///   - environment: what the environment says; empty is nothing.
    ///   - configured: what the configuration says; called only when nothing else names the directory. It gives nil when there is
    ///     none: the user of an application need not be able to read it.
    /// - Throws: what `configured` throws: to go on without it could put mail where no daemon looks.
    package init(
        option: String?,
        environment: String?,
        configured: () throws(CommandFailure) -> QueueLocation?
    ) throws(CommandFailure) {
        if let named = [option, environment].compactMap(\.self).first(where: { !$0.isEmpty }) {
            self.init(path: named, maximumByteCount: nil)
        } else {
            self = try configured() ?? QueueLocation(path: Self.standardPath, maximumByteCount: nil)
        }
    }
}
