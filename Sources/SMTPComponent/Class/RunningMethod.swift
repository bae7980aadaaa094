// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Synchronization

/// A method that runs, as those see it who may stop it.
final class RunningMethod: Sendable {
    private let code = Mutex<ErrorCode?>(nil)
    private let cancel: @Sendable () -> Void

    init(cancel: @escaping @Sendable () -> Void) {
        self.cancel = cancel
    }

    /// Why it was stopped; nil when it was not.
    var stopCode: ErrorCode? { code.withLock { $0 } }

    /// Stops it; of several reasons the first counts.
    func stop(_ reason: ErrorCode) {
        code.withLock { $0 = $0 ?? reason }
        cancel()
    }
}
