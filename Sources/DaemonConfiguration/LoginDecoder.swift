// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import SMTPClient
internal import SMTPProtocol

/// Decodes the login of a `[[Relay]]` section.
struct LoginDecoder {
    private static let passwordKeys = ["PasswordCredential", "PasswordFile", "PasswordCommand"]
    private static let tokenKeys = ["Token", "TokenCredential", "TokenFile", "TokenCommand"]

    let section: SectionReader
    let host: HostFacts

    /// The login, if there is one; `security` is that of the relay.
    func login(_ security: TransportSecurity) throws(ConfigurationError) -> Login? {
        let mechanism = try mechanism()
        let user = try section.string("User")
        let login = Login(
            user: user ?? "",
            password: try password(),
            passwordCommand: try passwordCommand(),
            token: try token(),
            authorizationIdentity: try section.string("AuthorizationIdentity"),
            mechanism: mechanism
        )
        try checkProof(of: login)
        guard user != nil || mechanism.isOutside else { return nil }
        try checkSecurity(security, mechanism)
        return login
    }

    // MARK: The mechanism

    private func mechanism() throws(ConfigurationError) -> AuthMechanism {
        let names = try section.words("AuthMechanism") ?? []
        if names.contains("auto") {
            guard names.count == 1 else {
                throw section.error("AuthMechanism", "AuthMechanism: \"auto\" stands alone")
            }
            return .auto
        }
        let mechanisms = names.compactMap(SASLMechanism.init(rawValue:))
        return mechanisms.isEmpty ? .auto : .named(mechanisms)
    }

    /// Each mechanism has what it needs, and nothing is left over.
    private func checkProof(of login: Login) throws(ConfigurationError) {
        let secretKey = (Self.passwordKeys + Self.tokenKeys).first(where: section.has)
        let hasCertificate = section.has("TLSClientCertificate")
        if login.user.isEmpty {
            if let secretKey {
                let whose = Self.passwordKeys.contains(secretKey) ? "password" : "token"
                throw section.error(secretKey, "\(secretKey) without User: whose \(whose) is it?")
            }
            for key in ["AuthMechanism", "AuthorizationIdentity"] where section.has(key) {
                guard login.mechanism == .auto && key == "AuthMechanism" || login.mechanism.isOutside else {
                    throw section.error(key, "\(key) without User: who logs in?")
                }
            }
        } else if secretKey == nil, !login.mechanism.isOutside, !(login.mechanism == .auto && hasCertificate)
        {
            throw section.error(
                "User",
                "User without a password: set PasswordCredential, PasswordFile or PasswordCommand, or one of the Token keys"
            )
        }
        for mechanism in login.mechanism.named {
            let isMissing =
                switch mechanism.proof {
                case .password: !login.hasPassword
                case .token: login.token == nil
                case .outside: mechanism == .external && !hasCertificate
                }
            guard !isMissing else {
                throw section.error(
                    "AuthMechanism",
                    "AuthMechanism: \(mechanism.rawValue) needs \(mechanism.need)"
                )
            }
        }
    }

    private func checkSecurity(
        _ security: TransportSecurity,
        _ mechanism: AuthMechanism
    ) throws(ConfigurationError) {
        let isHidden = mechanism.named.contains { !SASLMechanismRules.showsSecret($0.rawValue) }
        guard security == .none, !isHidden, try section.boolean("AllowClearTextLogin") != true else { return }
        throw section.error(
            "TLS",
            "a login without TLS shows the password to everybody on the way: set TLS, or AllowClearTextLogin = true"
        )
    }

    // MARK: Secrets

    private func password() throws(ConfigurationError) -> Secret? {
        guard let key = try onlyOne(of: Self.passwordKeys), key != "PasswordCommand",
            let source = try source(key)
        else { return nil }
        do throws(SecretError) {
            return try host.secret(source)
        } catch {
            throw section.error(key, "\(key): \(error.summary)")
        }
    }

    private func passwordCommand() throws(ConfigurationError) -> SecretCommand? {
        section.has("PasswordCommand") ? try command("PasswordCommand") : nil
    }

    /// What is read or run for each connection is not tried here: it may come later than the daemon.
    private func token() throws(ConfigurationError) -> TokenSource? {
        guard let key = try onlyOne(of: Self.tokenKeys) else { return nil }
        switch key {
        case "Token":
            // What stands in a file that others read is no secret any more.
            if let problem = host.problemOfPrivateFile(section.file) {
                throw section.error(key, "\(key): \(problem), or use TokenFile")
            }
            return try section.string(key).map { .stated(Secret($0)) }
        case "TokenCommand":
            return try command(key).map { .command($0) }
        default:
            return try source(key).map { .kept($0) }
        }
    }

    private func command(_ key: String) throws(ConfigurationError) -> SecretCommand? {
        guard let words = try section.strings(key) else { return nil }
        guard let command = SecretCommand(words) else {
            throw section.error(key, "\(key): expected the absolute path of a program first")
        }
        return command
    }

    private func source(_ key: String) throws(ConfigurationError) -> SecretSource? {
        if key.hasSuffix("Credential") { return try section.string(key).map { .credential($0) } }
        return try section.absolutePath(key).map { .file($0) }
    }

    /// The one of some keys that is there.
    private func onlyOne(of keys: [String]) throws(ConfigurationError) -> String? {
        let present = keys.filter(section.has)
        guard present.count <= 1 else {
            throw section.error(present[1], "\(present[0]) and \(present[1]) exclude each other")
        }
        return present.first
    }
}

extension AuthMechanism {
    /// The mechanisms that the configuration names.
    fileprivate var named: [SASLMechanism] {
        if case .named(let mechanisms) = self { mechanisms } else { [] }
    }

    /// Whether all of them need neither password nor token.
    fileprivate var isOutside: Bool { !named.isEmpty && named.allSatisfy { $0.proof == .outside } }
}

extension SASLMechanism {
    /// What it needs, in the keys of the configuration.
    fileprivate var need: String {
        switch proof {
        case .password: "a password: PasswordCredential, PasswordFile or PasswordCommand"
        case .token: "a token: Token, TokenCredential, TokenFile or TokenCommand"
        case .outside: "TLSClientCertificate and TLSClientKey"
        }
    }
}
