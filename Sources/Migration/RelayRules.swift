// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import DaemonConfiguration
internal import MailMessage
internal import SMTPClient

/// What holds for the relays of every program.
enum RelayRules {
    /// How a connection is protected.
    enum Security {
        case none, startTLS, implicit
    }

    /// A relay at a host; nil, with a remark, when that is no host.
    static func relay(
        host: String,
        port: Int,
        security: Security,
        at line: SourceLine,
        _ translation: inout Translation
    ) -> TranslatedRelay? {
        guard NameRules.isHostName(host) || NameRules.isAddress(host) else {
            translation.remark(
                "\(PrintableText(host, limitBytes: 80)) is no host name and no IP address",
                at: line
            )
            return nil
        }
        guard (1...65535).contains(port) else {
            translation.remark("\(port) is no port", at: line)
            return nil
        }
        var relay = TranslatedRelay()
        relay["MailServer"] = .text(host)
        relay["MailPort"] = .number(port)
        switch security {
        case .none: relay["TLS"] = .text("none")
        case .startTLS: relay["TLS"] = .text("starttls")
        case .implicit: relay["TLS"] = .text("implicit")
        }
        return relay
    }

    /// Gives a relay its login.
    static func logIn(
        _ relay: inout TranslatedRelay,
        user: String,
        secret: String?,
        at line: SourceLine,
        _ translation: inout Translation
    ) {
        guard !hasControls(user), !user.isEmpty else {
            translation.remark(
                "the user name cannot be used: it is empty or has a control character in it",
                at: line
            )
            return
        }
        relay["User"] = .text(user)
        if let secret, !secret.isEmpty, !hasControls(secret) {
            relay.secret = .init(secret: Secret(secret), place: line.place)
        } else {
            relay.isSecretMissing = true
        }
        if relay["TLS"] == .text("none") {
            relay["AllowClearTextLogin"] = .flag(true)
            translation.remark(
                "the login goes over the wire without TLS, as before: better set TLS",
                at: line
            )
        }
    }

    /// Takes a path over; false, with a remark, when it is not absolute.
    static func setPath(
        _ key: String,
        _ path: String,
        of relay: inout TranslatedRelay,
        at line: SourceLine,
        _ translation: inout Translation
    ) {
        guard path.hasPrefix("/"), !hasControls(path) else {
            translation.remark("\(key) needs an absolute path", at: line)
            return
        }
        relay[key] = .text(path)
        if key == "TLSClientKey" {
            translation.remark("the file of TLSClientKey must belong to smtpq, mode 0600", at: line)
        }
    }

    /// Takes a greeting name over, where it is one.
    static func setHello(
        _ name: String,
        of relay: inout TranslatedRelay,
        at line: SourceLine,
        _ translation: inout Translation
    ) {
        guard NameRules.isGreetingName(name) else {
            translation.remark(
                "\(PrintableText(name, limitBytes: 80)) is no name to greet a relay with",
                at: line
            )
            return
        }
        relay["Hello"] = .text(name)
    }

    /// A time in seconds as a program's configuration has it; nil when it is none, or longer than a configuration allows.
    static func seconds(_ text: String) -> Int? {
        Int(text).flatMap { (1...longestTime).contains($0) ? $0 : nil }
    }

    /// Longer than ten years is a mistake.
    static let longestTime = 10 * 366 * 86_400

    /// Takes away what would contradict itself.
    static func finish(_ relay: inout TranslatedRelay, at line: SourceLine, _ translation: inout Translation)
    {
        if relay["TLSClientKey"] != nil, relay["TLSClientCertificate"] == nil {
            relay["TLSClientKey"] = nil
            translation.remark("a key without its certificate is left out", at: line)
        } else if let certificate = relay["TLSClientCertificate"], relay["TLSClientKey"] == nil {
            relay["TLSClientKey"] = certificate
        }
        if relay["AuthMechanism"] == .text("EXTERNAL"), relay["TLSClientCertificate"] == nil {
            relay["AuthMechanism"] = nil
            relay["User"] = nil
            translation.remark("EXTERNAL needs a client certificate: there is no login", at: line)
        }
    }

    /// The remark about relays whose certificate was not verified so far.
    static let verified =
        "the relay's certificate is verified now; TLSCAFile names other authorities, TLSPinnedKeys with TLSProof = \"key\" "
        + "is for a relay that has signed its own"

    static func hasControls(_ text: String) -> Bool {
        text.unicodeScalars.contains(where: CharacterRules.isForbidden)
    }
}
