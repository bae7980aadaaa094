// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

@testable import SMTPClient

/// Challenges of a login, one after the other, for each mechanism that needs no server of its own.
///
/// The first byte chooses the mechanism. `NONCE` in a challenge stands for the nonce of the client.
enum ChallengeTarget {
    /// More hashing than this only takes time.
    private static let iterationLimit = 10_000
    private static let mechanisms = SASLMechanism.allCases.filter { $0 != .gssapi }
    private static let login = Login(user: "user", password: Secret("p3ncil-p3ncil"))

    static func run(_ input: [UInt8]) throws(Violation) {
        guard let first = input.first, let exchange = exchange(mechanisms[Int(first) % mechanisms.count])
        else { return }
        let opening = exchange.step(nil)
        try check(opening)
        let nonce = nonce(of: opening)
        for challenge in input.dropFirst().split(
            separator: FuzzTarget.separator,
            omittingEmptySubsequences: false
        ).prefix(8) {
            let bytes = challenge.split(separator: Array("NONCE".utf8), omittingEmptySubsequences: false)
                .map(Array.init).joined(separator: nonce)
            guard !asksForMuchHashing(Array(bytes)) else { return }
            let step = exchange.step(Array(bytes))
            try check(step)
            if case .failed = step { return }
        }
    }

    private static func exchange(_ mechanism: SASLMechanism) -> (any SASLExchange)? {
        let token = Secret("t0ken-t0ken")
        switch mechanism {
        case .xoauth2: return XOAuth2Exchange(user: "user", token: token)
        case .oauthBearer:
            return OAuthBearerExchange(
                user: "user",
                token: token,
                relay: RelayAddress(host: "relay.example", port: 587)
            )
        default: return try? GSASLExchange(mechanism, login: login, host: "relay.example")
        }
    }

    private static func nonce(of opening: SASLStep) -> [UInt8] {
        guard case .response(let bytes?) = opening, let start = bytes.firstRange(of: Array("r=".utf8)) else {
            return []
        }
        return Array(bytes[start.upperBound...])
    }

    private static func asksForMuchHashing(_ challenge: [UInt8]) -> Bool {
        challenge.split(separator: UInt8(ascii: ",")).contains { attribute in
            attribute.starts(with: "i=".utf8)
                && Int(String(decoding: attribute.dropFirst(2), as: UTF8.self)).map { $0 > iterationLimit }
                    ?? false
        }
    }

    private static func check(_ step: SASLStep) throws(Violation) {
        switch step {
        case .response(let bytes): try Violation.unless(bytes?.count ?? 0 <= 1 << 17, "a response is bounded")
        case .finished(let bytes): try Violation.unless(bytes.count <= 1 << 17, "a response is bounded")
        case .refused(let bytes, let reason):
            try Violation.unless(bytes.count <= 1 && reason.utf8.count <= 200, "a refusal is short")
            try checkReason(reason)
        case .failed(let reason): try checkReason(reason)
        }
    }

    private static func checkReason(_ reason: String) throws(Violation) {
        try FuzzTarget.expectPrintable(reason)
        try Violation.unless(
            !reason.contains("p3ncil-p3ncil") && !reason.contains("t0ken-t0ken"),
            "a secret stands in no reason"
        )
    }
}
