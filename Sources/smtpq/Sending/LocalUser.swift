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

    /// The name to log in with.
    static var name: String {
        getpwuid(getuid()).flatMap { $0.pointee.pw_name.map { String(cString: $0) } } ?? "uid\(getuid())"
    }

    /// The name of the person, as the environment or the system's users tell; nil when neither does.
    static var fullName: String? {
        if let name = getenv("NAME").map({ String(cString: $0) }), !name.isEmpty { return name }
        let entry = getpwuid(getuid()).flatMap { $0.pointee.pw_gecos.map { String(cString: $0) } }
        // Room, telephone and the like follow behind commas; & stands for the name to log in with.
        let person =
            entry?.split(separator: ",", omittingEmptySubsequences: false).first.map(String.init) ?? ""
        return person.isEmpty
            ? nil
            : person.split(separator: "&", omittingEmptySubsequences: false)
                .joined(separator: name.prefix(1).uppercased() + name.dropFirst())
    }
}
