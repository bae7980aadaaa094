// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore
internal import SMTPProtocol

/// The routes to a relay that led nowhere, and why.
struct ConnectFailures {
    private struct Failure {
        let reason: String
        let isLocal: Bool
        let cause: RelayFault.Cause?
    }

    private let settings: ConnectionSettings
    private let routes: [Route]
    private var begun: Set<Int> = []
    private var failures: [Int: Failure] = [:]

    init(settings: ConnectionSettings, routes: [Route]) {
        self.settings = settings
        self.routes = routes
    }

    /// A route is being tried.
    mutating func began(_ number: Int) {
        begun.insert(number)
    }

    /// Notes why a route led nowhere.
    mutating func add(_ number: Int, _ error: any Error) {
        if let error = error as? ProxyError {
            failures[number] = Failure(reason: error.summary, isLocal: error.code == .settings, cause: .proxy)
        } else {
            failures[number] = Failure(
                reason: SystemReason.text(of: error),
                isLocal: SystemReason.isLocal(error),
                cause: (error as? IOError).map { .systemError($0.errnoCode) }
            )
        }
    }

    /// All of them as one fault: this host's when every single one is.
    var fault: RelayFault {
        let areAllLocal = routes.indices.allSatisfy { failures[$0]?.isLocal == true }
        return RelayFault(
            kind: areAllLocal ? .local : .connect,
            phase: .connect,
            code: nil,
            text: "cannot connect to \(destination): \(reasons.joined(separator: "; "))",
            // The route that is preferred tells more than those that were tried after it.
            cause: routes.indices.lazy.compactMap { failures[$0]?.cause }.first
        )
    }

    private var destination: String {
        guard let proxy = settings.proxy else { return "\(settings.relay)" }
        return "\(settings.relay) through the \(proxy.kind.rawValue) proxy \(proxy.address)"
    }

    private var reasons: [String] {
        var reasons: [String] = []
        for (number, route) in routes.enumerated() {
            let reason = failures[number]?.reason ?? reasonOfSilence(number)
            let place = route.description
            let isSaid = routes.count == 1 && (route.target != nil || place == settings.relay.description)
            reasons.append(isSaid ? reason : "\(place): \(reason)")
        }
        return reasons
    }

    private func reasonOfSilence(_ number: Int) -> String {
        let limit = max(1, settings.connectTimeout.components.seconds)
        return begun.contains(number) ? "no answer within \(limit) s" : "not tried within \(limit) s"
    }
}
