// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Glibc
import SMTPComponent
import SMTPProtocol
import Testing

/// The numbers of the errors.
struct ErrorTests {
    @Test("The table has every number of the reference")
    func numbers() {
        let wanted: Set = [
            100, 101, 102, 104, 106, 107, 109, 112, 116, 117, 118, 135, 143, 161, 162, 163, 164, 165, 166,
            201, 211, 212,
            213, 270, 271, 272, 273, 274, 275, 276, 280, 281, 282, 283, 284, 301, 302, 303, 434, 1105, 1117,
            1119, 1120,
        ]
        let own: Set = [191, 192, 193, 194, 195, 196, 197, 198, 199]
        #expect(Set(ErrorCode.allCases.map(\.rawValue)) == wanted.union(own))
    }

    @Test("Each number has a meaning of its own")
    func meanings() {
        #expect(Set(ErrorCode.allCases.map(\.meaning)).count == ErrorCode.allCases.count)
    }

    @Test("Errors are equal when their codes are")
    func equality() {
        #expect(SMTPError(.relayRefused, "550 no") == SMTPError(.relayRefused, "451 later"))
        #expect(SMTPError(.relayRefused) != SMTPError(.communication))
    }

    @Test("A description is one printable line")
    func printable() {
        let error = SMTPError(.relayRefused, "550 a\r\nb\u{1B}[31m")
        #expect(!error.description.contains { $0.isNewline || $0 == "\u{1B}" })
    }

    @Test(
        "System errors have the numbers of Winsock",
        arguments: [
            (ECONNREFUSED, 10061), (ETIMEDOUT, 10060), (ECONNRESET, 10054), (EHOSTUNREACH, 10065),
            (ENETUNREACH, 10051),
            (EADDRINUSE, 10048), (EADDRNOTAVAIL, 10049), (EACCES, 10013), (EMFILE, 10024), (EINTR, 10004),
            (EPIPE, 10054),
        ]
    )
    func winsock(number: CInt, wanted: Int) {
        #expect(WinsockTable.number(ofErrorNumber: number) == wanted)
    }

    @Test(
        "What the system, the resolver or the proxy says decides the number",
        arguments: [
            (RelayFault.Cause.systemError(ECONNREFUSED), 10061), (.systemError(12345), 162),
            (.resolver(EAI_NONAME), 11001),
            (.resolver(EAI_AGAIN), 11002), (.resolver(EAI_FAIL), 11003), (.resolver(-5), 11004),
            (.proxy, 118),
        ]
    )
    func causes(cause: RelayFault.Cause, code: Int) {
        let fault = RelayFault(kind: .connect, phase: .connect, code: nil, text: "why", cause: cause)
        #expect(SMTPError(fault).code == code)
        #expect(SMTPError(fault).description.contains("why"))
    }

    @Test(
        "Every kind of fault has its number",
        arguments: zip(
            [
                RelayFault.Kind.resolve, .connect, .tlsRefused, .tlsVerification, .authenticationNotOffered,
                .authenticationRefused, .greeting, .serviceClosing, .timeout, .connectionLost,
                .protocolViolation, .local,
            ],
            [11001, 162, 276, 280, 161, 161, 161, 161, 201, 1120, 162, 162]
        )
    )
    func faults(kind: RelayFault.Kind, code: Int) {
        let error = SMTPError(RelayFault(kind: kind, phase: .ehlo, code: 421, text: "go away"))
        #expect(error.code == code)
        #expect(error.description.contains("go away"))
        #expect(code != 161 || error.description.contains("421 go away"))
    }
}
