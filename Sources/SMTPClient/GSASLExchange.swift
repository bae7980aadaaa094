// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import CGSASL
internal import Synchronization

/// A mechanism that libgsasl has.
///
/// Challenges that the library would not bear are kept from it by ``ChallengeRules``.
///
/// - SeeAlso: RFC 4422
final class GSASLExchange: SASLExchange {
    /// The library under NTLM keeps texts in static buffers: one such step at a time.
    private static let ntlm = Mutex<Void>(())

    private let mechanism: SASLMechanism
    private let session: Mutex<GSASLSession>

    /// Begins a mechanism.
    ///
    /// - Throws: ``SASLError`` when the library does not have the mechanism, or the login cannot be given to it.
    init(_ mechanism: SASLMechanism, login: Login, host: String) throws(SASLError) {
        guard mechanism != .ntlm || login.user.utf8.count <= ChallengeRules.ntlmLimits.userByteCount else {
            throw SASLError("the login name is too long for NTLM")
        }
        self.mechanism = mechanism
        let session = try GSASLSession(mechanism: mechanism.rawValue)
        try session.set(GSASL_SERVICE, "smtp")
        try session.set(GSASL_HOSTNAME, host)
        if let password = login.password { try session.set(GSASL_PASSWORD, password.value) }
        if !login.user.isEmpty { try session.set(GSASL_AUTHID, login.user) }
        // With EXTERNAL the login name is nothing but the identity to act as.
        let identity = login.authorizationIdentity ?? (mechanism == .external ? login.user : nil)
        if let identity { try session.set(GSASL_AUTHZID, identity) }
        self.session = Mutex(session)
    }

    func step(_ challenge: [UInt8]?) -> SASLStep {
        if challenge == nil, mechanism.isServerFirst { return .response(nil) }
        if let challenge, let objection = ChallengeRules.objection(to: challenge, of: mechanism) {
            return .failed(objection)
        }
        if mechanism == .ntlm { return Self.ntlm.withLock { _ in advance(challenge ?? []) } }
        return advance(challenge ?? [])
    }

    private func advance(_ challenge: [UInt8]) -> SASLStep {
        session.withLock { session in
            do throws(SASLError) {
                return try session.step(challenge)
            } catch {
                return .failed(error.summary)
            }
        }
    }
}
