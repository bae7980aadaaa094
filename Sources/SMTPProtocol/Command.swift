// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage

/// A line this side sends.
///
/// - SeeAlso: RFC 5321 §4.1.1, RFC 3207, RFC 4954
package enum Command: Hashable, Sendable {
    /// `EHLO name`
    case ehlo(String)
    /// `HELO name`
    case helo(String)
    /// `STARTTLS`
    case startTLS
    /// `AUTH mechanism`, with the initial response if there is one.
    case authenticate(mechanism: String, initialResponse: [UInt8]?)
    /// The answer to a SASL challenge.
    case saslResponse([UInt8])
    /// `*`: the login is given up.
    case cancelLogin
    /// `MAIL FROM:<path> parameters`, or the same with an older verb.
    case mail(ReversePath, SenderParameters, verb: MailVerb = .mail)
    /// `RCPT TO:<address> parameters`
    case recipient(MailAddress, [ESMTPParameter])
    /// `DATA`
    case data
    /// `BDAT count`, and `LAST` where nothing follows; the bytes come after the line.
    case chunk(byteCount: Int, isLast: Bool)
    /// The line of one dot, where no content goes before it.
    case endOfContent
    /// `RSET`
    case reset
    /// `QUIT`
    case quit
    /// `VRFY name`: whether there is such a mailbox.
    case verify(String)
    /// `EXPN name`: who is on that list.
    case expand(String)
    /// `HELP`, with a topic if there is one.
    case help(String?)
    /// `NOOP`
    case noop
    /// A line as it is, which the session does not understand.
    ///
    /// Refused where it would change how the session reads on: DATA, BDAT, STARTTLS and AUTH.
    case raw(String)
}

extension Command {
    /// Whether the command may stand outside of a transaction without changing how the session goes on.
    var standsAlone: Bool {
        switch self {
        case .verify, .expand, .help, .noop, .reset, .raw: true
        case .ehlo, .helo, .startTLS, .authenticate, .saslResponse, .cancelLogin, .mail, .recipient, .data,
            .chunk, .endOfContent, .quit:
            false
        }
    }

    /// Whether the line holds what only SMTPUTF8 allows, in the argument of VRFY or EXPN (RFC 6531 §3.7.4.2).
    var needsSMTPUTF8: Bool {
        switch self {
        case .verify(let name), .expand(let name): name.utf8.contains { $0 > 0x7F }
        default: false
        }
    }
}

extension Command: CustomStringConvertible, CustomDebugStringConvertible {
    /// The verb alone: what follows it may be a password.
    package var description: String {
        switch self {
        case .ehlo: "EHLO"
        case .helo: "HELO"
        case .startTLS: "STARTTLS"
        case .authenticate(let mechanism, _): "AUTH \(mechanism)"
        case .saslResponse: "SASL response"
        case .cancelLogin: "*"
        case .mail(_, _, let verb): verb.rawValue
        case .recipient: "RCPT"
        case .data: "DATA"
        case .chunk: "BDAT"
        case .endOfContent: "end of content"
        case .reset: "RSET"
        case .quit: "QUIT"
        case .verify: "VRFY"
        case .expand: "EXPN"
        case .help: "HELP"
        case .noop: "NOOP"
        case .raw: "raw"
        }
    }

    /// The same as ``description``.
    package var debugDescription: String { description }
}
