// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// A message that is read piece by piece, from its beginning to its end.
package protocol MessageSource: AnyObject {
    /// The next piece; nil at the end.
    func next() throws(CommandFailure) -> [UInt8]?
}
