// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Spool

// The one place where an error of the queue directory becomes an error of the class.
extension SMTPError {
    /// The error of the spool: 194 when the directory is at fault, 195 when it is a file.
    init(_ error: SpoolError) {
        switch error.code {
        case .directory, .locked: self.init(.queueDirectory, error.summary)
        default: self.init(.queueFile, error.summary)
        }
    }

    /// The error of opening a directory, whatever its reason.
    init(opening error: SpoolError) {
        self.init(.queueDirectory, error.summary)
    }
}
