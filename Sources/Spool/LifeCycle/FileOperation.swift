// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// One operation on the files of the queue directory.
///
/// A value: it is performed by the ``PlanRunner``.
package enum FileOperation: Hashable, Sendable {
    /// Creates a file that must not be there, for its owner alone, and writes it.
    case create(String, [UInt8])
    /// Appends to a file, which is created when it is not there.
    case append(String, [UInt8])
    /// Makes the content of a file durable.
    case syncFile(String)
    /// Renames, never over an existing name.
    case rename(from: String, to: String)
    /// Removes a name; a name that is not there is fine.
    case remove(String)
    /// Makes all changes of names durable.
    case syncDirectory
}
