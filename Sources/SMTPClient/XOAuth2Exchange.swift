// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// XOAUTH2, the bearer token login of Google and Microsoft.
///
/// ```
/// C: user=app@example.com^Aauth=Bearer ya29.vF9dft4^A^A
/// S: 235                                             or, when it refuses:
/// S: {"status":"401","schemes":"bearer"}             as a challenge
/// C: (nothing)                                       the server then says 535
/// ```
struct XOAuth2Exchange: SASLExchange {
    let user: String
    let token: Secret

    func step(_ challenge: [UInt8]?) -> SASLStep {
        if let challenge { return .refused([], reason: OAuthErrorParser.reason(in: challenge)) }
        return .finished(Array("user=\(user)\u{1}auth=Bearer \(token.value)\u{1}\u{1}".utf8))
    }
}
