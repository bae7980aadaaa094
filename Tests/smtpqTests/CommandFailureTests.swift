// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import ProgramOutput
import Spool
import Testing

@testable import Submission
@testable import smtpq

@Suite("A failure of the spool")
struct CommandFailureTests {
    @Test(
        "ends an enqueue with its status",
        arguments: [
            (SpoolError.Code.notPermitted, ProgramOutput.ExitStatus.noPermission), (.noSpace, .tryAgain),
            (.directory, .cannotCreate),
            (.malformed, .badData), (.name, .badData), (.host, .cannotCreate), (.hostile, .cannotCreate),
        ]
    )
    func enqueueing(code: SpoolError.Code, status: ProgramOutput.ExitStatus) {
        #expect(CommandFailure(enqueueing: SpoolError(code, "x"), in: "/tmp").status == status)
    }

    @Test(
        "ends a change with its status",
        arguments: [
            (SpoolError.Code.notPermitted, ProgramOutput.ExitStatus.noPermission),
            (.directory, .cannotCreate),
            (.notFound, .badData),
            (.malformed, .badData), (.busy, .tryAgain), (.noSpace, .tryAgain), (.host, .cannotCreate),
        ]
    )
    func managing(code: SpoolError.Code, status: ProgramOutput.ExitStatus) {
        #expect(CommandFailure(managing: SpoolError(code, "x")).status == status)
    }

    @Test("says in which group to be")
    func group() {
        let failure = CommandFailure(enqueueing: SpoolError(.notPermitted, "x"), in: "/")
        #expect(failure.summary == "cannot write to /: permission denied (are you in group root?)")
    }

    @Test(
        "has the numbers of sysexits.h",
        arguments: [
            (.usage, 64), (.badData, 65), (.noInput, 66), (.unavailable, 69), (.cannotCreate, 73),
            (.inputOutput, 74), (.tryAgain, 75), (.noPermission, 77), (.configuration, 78),
        ] as [(ProgramOutput.ExitStatus, Int32)]
    )
    func numbers(status: ProgramOutput.ExitStatus, number: Int32) {
        #expect(status.code == number)
    }
}

@Suite("The name of a command")
struct CommandNameTests {
    private let known = ["send", "list", "show", "hold"]

    @Test("is known, an option, or help", arguments: [nil, "send", "hold", "help", "--help", "-h"])
    func right(argument: String?) throws {
        try CommandName.check(argument, known: known)
    }

    @Test("is corrected", arguments: [("sned", "send"), ("lst", "list"), ("shwo", "show")])
    func near(argument: String, meant: String) {
        let error = #expect(throws: CommandFailure.self) { try CommandName.check(argument, known: known) }
        #expect(error?.status == .usage)
        #expect(error?.summary.contains("did you mean \(meant)?") == true)
    }

    @Test("is not guessed")
    func far() {
        let error = #expect(throws: CommandFailure.self) {
            try CommandName.check("everything\u{1B}", known: known)
        }
        #expect(error?.summary == "there is no command \"everything\\x1b\" (smtpq --help lists them)")
    }
}
