// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import Testing

@testable import SMTPClient

struct OAuthExchangeTests {
    private let xoauth2 = XOAuth2Exchange(
        user: "someuser@example.com",
        token: Secret("vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg==")
    )

    @Test("XOAUTH2 sends user and token in the form of its inventors")
    func xoauth2Message() {
        let message =
            "user=someuser@example.com\u{1}auth=Bearer vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg==\u{1}\u{1}"
        #expect(xoauth2.step(nil) == .finished(Array(message.utf8)))
    }

    @Test("OAUTHBEARER sends the message of RFC 7628, section 4.1")
    func oauthBearerMessage() {
        let exchange = OAuthBearerExchange(
            user: "user@example.com",
            token: Secret("vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="),
            relay: RelayAddress(host: "server.example.com", port: 587)
        )
        let message =
            "n,a=user@example.com,\u{1}host=server.example.com\u{1}port=587\u{1}"
            + "auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\u{1}\u{1}"
        #expect(exchange.step(nil) == .finished(Array(message.utf8)))
    }

    @Test("A comma or an equals sign in the name does not end it")
    func oauthBearerName() {
        let exchange = OAuthBearerExchange(
            user: "a,b=\u{301}c",
            token: Secret("t"),
            relay: RelayAddress(host: "h", port: 1)
        )
        let message = "n,a=a=2Cb=3D\u{301}c,\u{1}host=h\u{1}port=1\u{1}auth=Bearer t\u{1}\u{1}"
        #expect(exchange.step(nil) == .finished(Array(message.utf8)))
    }

    @Test("The error of a server is acknowledged, XOAUTH2 with nothing and OAUTHBEARER with a ^A")
    func acknowledgement() {
        let error = Array(#"{"status":"invalid_token"}"#.utf8)
        let reason = "the server does not take the token: status invalid_token"
        #expect(xoauth2.step(error) == .refused([], reason: reason))
        let bearer = OAuthBearerExchange(
            user: "u",
            token: Secret("t"),
            relay: RelayAddress(host: "h", port: 1)
        )
        #expect(bearer.step(error) == .refused([1], reason: reason))
    }

    @Test(
        "The status of an error is found where there is one",
        arguments: [
            (#"{"status":"401","schemes":"bearer mac","scope":"https://mail.example.com/"}"#, "status 401"),
            (#"{ "scope" : "status" , "status" : 400 }"#, "status 400"),
            (#"{"openid-configuration":"https:\/\/x\"","status":"invalid_token"}"#, "status invalid_token"),
            ("{\"status\":\"a\u{1B}[2Jb\r\nc\"}", #"status a\x1b[2Jb\x0d\x0ac"#),
        ]
    )
    func status(json: String, expected: String) {
        #expect(
            OAuthErrorParser.reason(in: Array(json.utf8)) == "the server does not take the token: \(expected)"
        )
    }

    @Test(
        "An error without a readable status is one all the same",
        arguments: ["", "{}", "status", "\"status\"", "\"status\":", "{\"status\":null}", "\"\\", "\"\"\"\""]
    )
    func noStatus(json: String) {
        #expect(OAuthErrorParser.reason(in: Array(json.utf8)) == "the server does not take the token")
    }

    @Test("T18: no error of a server harms its parser, however long or broken it is")
    func T18_hostileErrors() {
        var generator = SeededGenerator(seed: 7628)
        let pieces = ["\"", "status", ":", "\\", "{", "}", "401", "\0", " ", "\u{FF}"].map { Array($0.utf8) }
        for _ in 0..<2000 {
            let count = Int.random(in: 0...30, using: &generator)
            let bytes = (0..<count).flatMap { _ in pieces.randomElement(using: &generator) ?? [] }
            #expect(OAuthErrorParser.reason(in: bytes).utf8.count < 200)
        }
        let long = Array("{\"status\":\"".utf8) + [UInt8](repeating: 0x41, count: 1 << 20)
        #expect(OAuthErrorParser.reason(in: long).utf8.count < 200)
        #expect(OAuthErrorParser.reason(in: [UInt8](repeating: 0x22, count: 1 << 20)).utf8.count < 200)
    }
}
