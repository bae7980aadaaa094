// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import MailTestKit
import Testing

@testable import SMTPClient

struct GSASLExchangeTests {
    private func exchange(
        _ mechanism: SASLMechanism,
        _ user: String,
        _ password: String
    ) throws -> GSASLExchange {
        try GSASLExchange(
            mechanism,
            login: Login(user: user, password: Secret(password)),
            host: "elwood.innosoft.com"
        )
    }

    private func text(_ step: SASLStep) -> String? {
        switch step {
        case .response(let bytes): bytes.map { String(decoding: $0, as: UTF8.self) }
        case .finished(let bytes), .refused(let bytes, _): String(decoding: bytes, as: UTF8.self)
        case .failed: nil
        }
    }

    @Test("The library has every mechanism that it is asked for")
    func everyMechanism() throws {
        for mechanism in SASLMechanism.allCases where mechanism.proof != .token {
            _ = try exchange(mechanism, "u", "p")
        }
    }

    @Test("CRAM-MD5 gives the answer of RFC 2195, section 2")
    func cramMD5() throws {
        let exchange = try exchange(.cramMD5, "tim", "tanstaaftanstaaf")
        #expect(exchange.step(nil) == .response(nil))
        let step = exchange.step(Array("<1896.697170952@postoffice.reston.mci.net>".utf8))
        #expect(step == .finished(Array("tim b913a602c7eda7a495b4e6e7334d3890".utf8)))
    }

    @Test("PLAIN sends identity, name and password in one message, and needs nothing of the server")
    func plain() throws {
        #expect(try exchange(.plain, "tim", "tanstaaf").step(nil) == .finished(Array("\0tim\0tanstaaf".utf8)))
        var login = Login(user: "Kurt", password: Secret("xipj3plmq"))
        login.authorizationIdentity = "Ursel"
        let step = try GSASLExchange(.plain, login: login, host: "h").step(nil)
        #expect(step == .finished(Array("Ursel\0Kurt\0xipj3plmq".utf8)))
    }

    @Test("LOGIN waits for each question")
    func login() throws {
        let exchange = try exchange(.login, "tim", "tanstaaf")
        #expect(exchange.step(nil) == .response(nil))
        #expect(text(exchange.step(Array("Username:".utf8))) == "tim")
        #expect(exchange.step(Array("Password:".utf8)) == .finished(Array("tanstaaf".utf8)))
    }

    @Test("EXTERNAL sends the identity to act as, empty where there is no name")
    func external() throws {
        #expect(try exchange(.external, "tim", "").step(nil) == .finished(Array("tim".utf8)))
        #expect(try exchange(.external, "", "").step(nil) == .finished([]))
    }

    @Test("SCRAM is not content with a server that does not know the password", arguments: [false, true])
    func scramServerSignature(isSHA256: Bool) throws {
        let exchange = try exchange(isSHA256 ? .scramSHA256 : .scramSHA1, "user", "pencil")
        let first = try #require(text(exchange.step(nil)))
        #expect(first.hasPrefix("n,,n=user,r="))
        let nonce = first.dropFirst("n,,n=user,r=".count)
        let final = exchange.step(Array("r=\(nonce)3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096".utf8))
        #expect(text(final)?.hasPrefix("c=biws,r=\(nonce)3rfcNHYJY1ZVvWVs7j,p=") == true)
        guard case .response = final else {
            Issue.record("the mechanism does not wait for the server's signature")
            return
        }
        let signature =
            isSHA256 ? "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=" : "rmF9pqV8S7suAoZWja4dJRkFsKQ="
        guard case .failed = exchange.step(Array("v=\(signature)".utf8)) else {
            Issue.record("a wrong signature was accepted")
            return
        }
    }

    @Test("SCRAM refuses a nonce that is not its own")
    func scramForeignNonce() throws {
        let exchange = try exchange(.scramSHA256, "user", "pencil")
        _ = exchange.step(nil)
        guard case .failed = exchange.step(Array("r=foreign,s=QSXCR+Q6sek8bf92,i=4096".utf8)) else {
            Issue.record("a foreign nonce was accepted")
            return
        }
    }

    @Test(
        "DIGEST-MD5 answers the challenge of RFC 2831, and is not content with a wrong answer of the server"
    )
    func digestMD5() throws {
        let exchange = try exchange(.digestMD5, "chris", "secret")
        #expect(exchange.step(nil) == .response(nil))
        let challenge =
            "realm=\"elwood.innosoft.com\",nonce=\"OA6MG9tEQGm2hh\",qop=\"auth\",algorithm=md5-sess,charset=utf-8"
        let answer = exchange.step(Array(challenge.utf8))
        let sent = try #require(text(answer))
        for part in [
            "username=\"chris\"", "realm=\"elwood.innosoft.com\"", "nonce=\"OA6MG9tEQGm2hh\"",
            "digest-uri=\"smtp/elwood.innosoft.com\"",
        ] { #expect(sent.contains(part)) }
        guard case .response = answer,
            case .failed = exchange.step(Array("rspauth=ea40f60335c427b5527b84dbabcdfffd".utf8))
        else {
            Issue.record("a wrong answer was accepted")
            return
        }
    }

    @Test("The most hashing a server may ask for takes a moment, more is refused at once")
    func T18_iterations() throws {
        for (count, isRefused) in [
            ("1000000", false), ("1000001", true), ("4294967296", true), ("99999999999999999999", true),
            ("-1", true), ("0", true), ("", true), ("4096,i=2000000", true),
        ] {
            let challenge = Array("r=x,s=QSXCR+Q6sek8bf92,i=\(count)".utf8)
            for mechanism in [SASLMechanism.scramSHA1, .scramSHA256] {
                #expect(
                    (ChallengeRules.objection(to: challenge, of: mechanism) != nil) == isRefused,
                    "\(count)"
                )
            }
        }
        let exchange = try exchange(.scramSHA256, "user", "pencil")
        let nonce = try #require(text(exchange.step(nil))).dropFirst("n,,n=user,r=".count)
        let clock = ContinuousClock()
        let time = clock.measure { _ = exchange.step(Array("r=\(nonce)x,s=QSXCR+Q6sek8bf92,i=1000000".utf8)) }
        #expect(time < .seconds(20))
    }

    @Test("T18: NTLM's text has to lie within the message that holds it")
    func T18_ntlmBounds() throws {
        func message(length: Int = 4, start: [UInt8] = [32, 0, 0, 0], count: Int = 36) -> [UInt8] {
            let head = Array("NTLMSSP\0".utf8) + [2, 0, 0, 0, UInt8(length & 255), UInt8(length >> 8), 4, 0]
            return (head + start + [UInt8](repeating: 7, count: 2000)).prefix(count).map(\.self)
        }
        for (challenge, isRefused) in [
            (message(), false), ([], false), (message(count: 35), true), (message(count: 31), true),
            (message(count: 1073), true), (message(length: 3), true), (message(length: 65534), true),
            (message(start: [255, 255, 255, 255]), true), (message(start: [0, 0, 0, 128]), true),
            (message(start: [33, 0, 0, 0]), true), (Array("NTLMSSP\0\u{3}".utf8), true),
        ] {
            #expect((ChallengeRules.objection(to: challenge, of: .ntlm) != nil) == isRefused)
        }
        let target = message(length: 510, count: 600)
        #expect(ChallengeRules.objection(to: target, of: .ntlm) == nil)
        #expect(ChallengeRules.objection(to: message(length: 512, count: 600), of: .ntlm) != nil)
        let longest = try self.exchange(
            .ntlm,
            String(repeating: "u", count: 100),
            String(repeating: "p", count: 3000)
        )
        #expect(text(longest.step(nil)) != nil)
        #expect(text(longest.step(target)) != nil)
        #expect(throws: SASLError.self) { try self.exchange(.ntlm, String(repeating: "u", count: 101), "p") }
        let exchange = try self.exchange(.ntlm, "user", "pencil")
        #expect(text(exchange.step(nil)) != nil)
        #expect(text(exchange.step(message(count: 48))) != nil)
    }

    @Test(
        "T18: no challenge harms a mechanism: random, over-long, with NUL, or nearly right",
        arguments: SASLMechanism.allCases.filter { $0.proof == .password }
    )
    func T18_hostileChallenges(mechanism: SASLMechanism) throws {
        var generator = SeededGenerator(seed: 2023)
        let seeds = [
            "r=NONCE3rfcNHYJ,s=QSXCR+Q6sek8bf92,i=64", "v=6rriTRBi23WpRR/wtup+mMhUZUn=", "e=other-error",
            "realm=\"a\",nonce=\"OA6MG9tEQGm2hh\",qop=\"auth,auth-int\",algorithm=md5-sess,charset=utf-8",
            "rspauth=ea40f60335c427b5527b84dbabcdfffd", "<1896.697170952@postoffice.reston.mci.net>",
            "Username:", "Password:", "NTLMSSP\0\u{2}\0\0\0\u{4}\0\u{4}\0\u{20}\0\0\0abcdefghijklmnopqrst",
        ]
        for _ in 0..<150 {
            let exchange = try exchange(mechanism, "user", "pencil")
            let first = text(exchange.step(nil)) ?? ""
            let nonce = first.split(separator: "r=", maxSplits: 1).last.map(String.init) ?? ""
            for _ in 0..<4 {
                let seed = seeds.randomElement(using: &generator) ?? ""
                var bytes = Array(seed.replacing("NONCE", with: nonce).utf8)
                switch Int.random(in: 0...5, using: &generator) {
                case 0: bytes = bytes.map { _ in UInt8.random(in: 0...255, using: &generator) }
                case 1: bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator)))
                case 2: bytes += [UInt8](repeating: 0x41, count: 60_000)
                case 3: bytes.insert(0, at: Int.random(in: 0...bytes.count, using: &generator))
                case 4:
                    let place = Int.random(in: 0..<bytes.count, using: &generator)
                    bytes[place] = UInt8.random(in: 0...255, using: &generator)
                default: break
                }
                if case .failed(let reason) = exchange.step(bytes) {
                    #expect(PrintableText(reason).string == reason)
                    break
                }
            }
        }
    }
}
