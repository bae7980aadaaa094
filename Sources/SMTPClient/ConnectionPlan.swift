// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore

/// What all connections of one ``RelayConnector`` have in common.
struct ConnectionPlan: Sendable {
    let settings: ConnectionSettings
    let loop: any EventLoop
    /// What TLS takes; nil without TLS.
    let tls: TLSClient?
    /// The rate of transfer, which all connections share; nil is no limit.
    let pacer: NIOLoopBoundBox<TransferPacer>?
    /// What the relay takes.
    let tolerance: OverlapTolerance
    let trace: SessionTrace?

    /// The driver of a session that has not begun.
    func makeSession() -> SessionHandler {
        SessionHandler(
            settings: settings,
            tls: tls,
            pacer: pacer,
            tolerance: tolerance,
            trace: trace,
            loop: loop
        )
    }
}
