// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Logging

extension LogEvent {
    /// The metadata of a line: the logger's, that of its provider, its own.
    ///
    /// The last one to set a key wins.
    func allMetadata(handler: Logger.Metadata, provider: Logger.MetadataProvider?) -> Logger.Metadata {
        var all = handler
        if let provider { all.merge(provider.get()) { _, new in new } }
        if let metadata { all.merge(metadata) { _, new in new } }
        return all
    }
}
