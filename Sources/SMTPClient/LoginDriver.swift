// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore
internal import NIOPosix
internal import SMTPProtocol

/// Runs one mechanism of a login, and reports to the session what it makes of the server's challenges.
///
/// The work is done on other threads: a token may have to be fetched, Kerberos asks its server, SCRAM computes. Belongs
/// to its event loop.
final class LoginDriver {
    /// Threads that may block for a while.
    ///
    /// Not those of file reading: a silent Kerberos server must not hold up mail.
    private static let threads: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: 4)
        pool.start()
        return pool
    }()

    private let login: Login
    private let relay: RelayAddress
    private let loop: any EventLoop
    private let report: (SessionEvent) -> Void
    private var exchange: (any SASLExchange)?

    init(
        login: Login,
        relay: RelayAddress,
        loop: any EventLoop,
        report: @escaping (SessionEvent) -> Void
    ) {
        self.login = login
        self.relay = relay
        self.loop = loop
        self.report = report
    }

    /// Begins a mechanism.
    func begin(_ mechanism: String) {
        loop.makeFutureWithTask { [login, relay] in
            try await login.exchange(mechanism, with: relay)
        }.assumeIsolated().whenComplete { [weak self] result in
            switch result {
            case .success(let exchange):
                self?.exchange = exchange
                self?.step(nil)
            case .failure(let error):
                let reason = (error as? SASLError)?.summary ?? "the login was given up on this side"
                self?.report(.saslFailed(reason))
            }
        }
    }

    /// Gives the mechanism a challenge.
    func resume(_ challenge: [UInt8]) {
        step(challenge)
    }

    private func step(_ challenge: [UInt8]?) {
        guard let exchange else { return }
        Self.threads.runIfActive(eventLoop: loop) { exchange.step(challenge) }
            .assumeIsolated().whenSuccess { [weak self] step in self?.report(step) }
    }

    private func report(_ step: SASLStep) {
        switch step {
        case .response(let bytes):
            report(.saslResponse(bytes))
        case .finished(let bytes):
            report(.saslResponse(bytes))
            report(.saslFinished)
        case .refused(let bytes, let reason):
            report(.saslResponse(bytes))
            report(.saslRefused(reason))
        case .failed(let reason):
            report(.saslFailed(reason))
        }
    }
}
