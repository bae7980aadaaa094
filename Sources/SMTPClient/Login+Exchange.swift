// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage

extension Login {
    /// Begins a mechanism with a relay; a token is read anew, and a command run.
    ///
    /// - Throws: ``SASLError`` when the login cannot be made with the mechanism.
    func exchange(
        _ mechanismName: String,
        with relay: RelayAddress
    ) async throws(SASLError) -> any SASLExchange {
        guard let mechanism = SASLMechanism(rawValue: mechanismName) else {
            throw SASLError("the login mechanism \(PrintableText(mechanismName)) is not supported here")
        }
        // T20: each of them would end what is meant at another place than was meant.
        for (what, value) in [
            ("login name", user), ("password", password?.value),
            ("authorization identity", authorizationIdentity),
        ] {
            guard value?.unicodeScalars.contains(where: CharacterRules.isForbidden) != true else {
                throw SASLError("the \(what) contains a control character")
            }
        }
        switch mechanism {
        case .xoauth2: return XOAuth2Exchange(user: user, token: try await currentToken())
        case .oauthBearer:
            return OAuthBearerExchange(
                user: authorizationIdentity ?? user,
                token: try await currentToken(),
                relay: relay
            )
        default:
            var login = self
            if mechanism.proof == .password, let passwordCommand {
                do throws(SecretError) {
                    login.password = try await passwordCommand.run()
                } catch {
                    throw SASLError("there is no password: \(error.summary)")
                }
            }
            return try GSASLExchange(mechanism, login: login, host: relay.host)
        }
    }

    private func currentToken() async throws(SASLError) -> Secret {
        guard let token else { throw SASLError("no token is configured") }
        do throws(SecretError) {
            let token = try await token.token()
            guard !token.value.unicodeScalars.contains(where: CharacterRules.isForbidden) else {
                throw SecretError("it contains a control character")
            }
            return token
        } catch {
            throw SASLError("there is no token: \(error.summary)")
        }
    }
}
