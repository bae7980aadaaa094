// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Glibc
import MailMessage
import Testing

@testable import Spool

@Suite struct SpoolErrorTests {
    @Test(
        "Each error of the system has its meaning",
        arguments: [
            (ENOENT, .notFound), (EEXIST, .alreadyThere), (ENOTEMPTY, .alreadyThere), (EACCES, .notPermitted),
            (EPERM, .notPermitted),
            (ENOSPC, .noSpace), (EDQUOT, .noSpace), (ELOOP, .hostile), (EISDIR, .hostile), (ENXIO, .hostile),
            (ENODEV, .hostile),
            (ENOTDIR, .directory), (EIO, .host), (EROFS, .host), (EMFILE, .host), (ENFILE, .host),
            (ENOMEM, .host), (EINVAL, .host),
        ] as [(Int32, SpoolError.Code)]
    )
    func meanings(number: Int32, code: SpoolError.Code) {
        let error = SpoolError(operation: "sync", path: "/queue/a.queued", errorNumber: number)
        #expect(error.code == code)
        #expect(error.errorNumber == number)
        #expect(error.summary.hasPrefix("cannot sync /queue/a.queued: "))
    }

    @Test("A path with controls is shown in one printable line")
    func pathsArePrintable() {
        let summary = SpoolError(operation: "open", path: "/a\n\u{1B}[2J\u{2028}", errorNumber: ENOENT)
            .summary
        #expect(PrintableText(summary, limitBytes: .max).string == summary)
    }

    @Test("What an error means for a claim")
    func claimErrors() {
        for code in [.hostile, .notPermitted, .alreadyThere, .directory] as [SpoolError.Code] {
            guard case .hostile = ClaimError(SpoolError(code, "x")) else {
                return #expect(Bool(false), "\(code)")
            }
        }
        for code in [.host, .noSpace] as [SpoolError.Code] {
            guard case .host = ClaimError(SpoolError(code, "x")) else {
                return #expect(Bool(false), "\(code)")
            }
        }
        guard case .vanished = ClaimError(SpoolError(.notFound, "x")),
            case .stillWritten = ClaimError(SpoolError(.changed, "x"))
        else {
            return #expect(Bool(false))
        }
    }
}
