// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Something that happened in a queue directory.
package enum QueueChange: Hashable, Sendable {
    /// A queued message appeared under its name.
    case appeared(MessageStem)
    /// A queued file was closed after writing, or its times or permissions were set: it is to be tried now.
    case touched(MessageStem)
    /// A queued file is gone.
    case vanished(MessageStem)
    /// `.paused` appeared or went.
    case pausedChanged
    /// Something was missed: only a scan tells what.
    case rescan
    /// The directory itself was moved, deleted or unmounted; nothing will be reported any more.
    case directoryLost
}
