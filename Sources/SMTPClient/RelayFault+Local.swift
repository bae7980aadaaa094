// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import SMTPProtocol

extension RelayFault {
    /// The work was given up on this side.
    static func givenUp(in phase: SessionPhase) -> RelayFault {
        RelayFault(kind: .local, phase: phase, code: nil, text: "the session was given up on this side")
    }

    /// A setting or a file on this side is at fault.
    static func local(_ text: String, in phase: SessionPhase) -> RelayFault {
        RelayFault(kind: .local, phase: phase, code: nil, text: text)
    }
}
