// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import DaemonConfiguration
internal import Glibc
internal import Submission

/// Who runs this program, and where: the sender of mail that names none.
enum LocalUser {
    /// `user@host`.
    static func sender() throws(CommandFailure) -> SenderArgument {
        try SenderArgument.local(user: name, host: HostName.fullyQualified())
    }

    private static var name: String {
        getpwuid(getuid()).flatMap { $0.pointee.pw_name.map { String(cString: $0) } } ?? "uid\(getuid())"
    }
}
