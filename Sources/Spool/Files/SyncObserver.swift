// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Is told how long a sync of a file or of the directory took, whether it succeeded or not.
package typealias SyncObserver = @Sendable (Duration) -> Void
