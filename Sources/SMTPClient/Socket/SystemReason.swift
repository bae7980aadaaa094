// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import MailMessage
internal import NIOCore

/// The reason of an error of the network in words, as the operating system puts it.
enum SystemReason {
    /// One line, printable.
    static func text(of error: any Error) -> String {
        switch error {
        case let error as IOError:
            text(ofErrorNumber: error.errnoCode)
        case ChannelError.connectTimeout(let limit):
            "no answer within \(max(1, (limit.nanoseconds + 500_000_000) / 1_000_000_000)) s"
        default:
            PrintableText("\(error)", limitBytes: 300).string
        }
    }

    /// What `strerror` says.
    static func text(ofErrorNumber number: CInt) -> String {
        strerror(number).map { String(cString: $0) } ?? "error \(number)"
    }

    /// Whether the fault is this host's: no descriptors, no ports, no memory, no such local address.
    static func isLocal(_ error: any Error) -> Bool {
        guard let error = error as? IOError else { return false }
        return [EMFILE, ENFILE, EADDRNOTAVAIL, EADDRINUSE, ENOBUFS, ENOMEM, EACCES, EPERM].contains(
            error.errnoCode
        )
    }
}
