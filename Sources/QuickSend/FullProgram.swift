// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import MailMessage
internal import ProgramOutput
internal import Submission

/// The program that has all commands, and takes the place of this one.
enum FullProgram {
    /// Where it may be, from the folder of this program: as installed, and as built.
    private static let places = ["/../libexec/smtpqd/smtpq", "/smtpq"]

    /// Goes on as that program, with the same arguments.
    ///
    /// - Returns: why it could not.
    static func run() -> CommandFailure {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        guard readlink("/proc/self/exe", &buffer, buffer.count - 1) > 0 else {
            return CommandFailure(
                "/proc is not there: it tells where the rest of this program is",
                .unavailable
            )
        }
        let own = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let folder = own.lastIndex(of: "/").map { String(own[..<$0]) } ?? "."
        for place in places where folder + place != own { execv(folder + place, CommandLine.unsafeArgv) }
        let shown = PrintableText(folder + places[0], limitBytes: 300)
        return CommandFailure("cannot run \(shown): \(String(cString: strerror(errno)))", .unavailable)
    }
}
