// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ProgramOutput
package import Spool

extension SubmissionKey {
    /// The key that `--key` gives.
    ///
    /// - Throws: ``CommandFailure`` with status `usage` for what can be none.
    package init(argument: String) throws(CommandFailure) {
        do throws(SpoolError) {
            self = try SubmissionKey(argument)
        } catch {
            throw CommandFailure("--key: \(error.summary)", .usage)
        }
    }
}
