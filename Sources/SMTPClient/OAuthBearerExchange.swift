// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// OAUTHBEARER, the standard's login with a bearer token.
///
/// ```
/// C: n,a=app@example.com,^Ahost=smtp.example.com^Aport=587^Aauth=Bearer vF9dft4^A^A
/// S: 235                                             or, when it refuses:
/// S: {"status":"invalid_token","scope":"mail"}       as a challenge
/// C: ^A                                              the server then says 535
/// ```
///
/// - SeeAlso: RFC 7628 §3
struct OAuthBearerExchange: SASLExchange {
    let user: String
    let token: Secret
    let relay: RelayAddress

    func step(_ challenge: [UInt8]?) -> SASLStep {
        if let challenge { return .refused([1], reason: OAuthErrorParser.reason(in: challenge)) }
        let fields = ["host=\(relay.host)", "port=\(relay.port)", "auth=Bearer \(token.value)"]
        let message = "n,a=\(Self.name(user)),\u{1}" + fields.map { $0 + "\u{1}" }.joined() + "\u{1}"
        return .finished(Array(message.utf8))
    }

    /// `saslname` of RFC 5801 §4: the comma and the equals sign mean something in the header.
    private static func name(_ user: String) -> String {
        user.unicodeScalars.map { $0 == "=" ? "=3D" : $0 == "," ? "=2C" : String($0) }.joined()
    }
}
