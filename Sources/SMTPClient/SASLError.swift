// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import CGSASL
internal import MailMessage

/// A login mechanism cannot begin or go on.
struct SASLError: Error, Hashable {
    /// The reason in words, printable and without secrets.
    let summary: String

    init(_ summary: String) {
        self.summary = summary
    }

    /// A failure the library reports.
    init(code: CInt) {
        summary =
            switch code {
            case CInt(GSASL_AUTHENTICATION_ERROR.rawValue):
                "the server has not proved that it knows the password"
            case CInt(GSASL_MECHANISM_PARSE_ERROR.rawValue):
                "the server sent a login challenge that the mechanism does not understand"
            case CInt(GSASL_GSSAPI_INIT_SEC_CONTEXT_ERROR.rawValue):
                "Kerberos gives no ticket for the relay: is there a client keytab (KRB5_CLIENT_KTNAME), and is "
                    + "the relay's name that of its principal?"
            default:
                gsasl_strerror(code).map { PrintableText(String(cString: $0)).string } ?? "SASL error \(code)"
            }
    }
}
