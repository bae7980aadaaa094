// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import SMTPProtocol

/// What can be done about a fault of a relay, by whoever runs this host.
///
/// Pure.
enum RelayAdvice {
    /// The advice in one line; nil where the fault says it all.
    static func text(for fault: RelayFault) -> String? {
        switch fault.kind {
        case .resolve: "check MailServer, and the name servers of this host"
        case .connect: "check MailServer and MailPort, and whether a firewall is in the way"
        case .tlsRefused: "check MailPort: a relay has STARTTLS on 587, and TLS = \"implicit\" on 465"
        case .tlsVerification:
            "have the relay's certificate put right, or say what is right with TLSCAFile, TLSServerName or TLSPinnedKeys"
        case .authenticationNotOffered:
            "check MailPort, User and AuthMechanism: many relays have a login on 587 and 465 alone"
        case .authenticationRefused: "check User, its password and AuthMechanism"
        case .greeting, .serviceClosing: "ask the relay's administrators, or try again later"
        case .timeout: "check MailPort and TLS (465 is \"implicit\"), and whether a firewall is in the way"
        case .connectionLost, .protocolViolation:
            "check MailPort and TLS: this may be no SMTP, or implicit TLS"
        case .local: nil
        }
    }
}
