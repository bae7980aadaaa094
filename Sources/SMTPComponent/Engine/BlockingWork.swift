// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOPosix

/// Work on files, done on threads that may block.
enum BlockingWork {
    /// Does it, and returns when it is done; nothing stops it in its middle.
    static func run<Value: Sendable>(
        _ work: @escaping @Sendable () throws(SMTPError) -> Value
    ) async throws(SMTPError) -> Value {
        let result: Result<Value, SMTPError> = await withCheckedContinuation { waiter in
            NIOThreadPool.singleton.submit { _ in
                waiter.resume(returning: Result { () throws(SMTPError) in try work() })
            }
        }
        return try result.get()
    }
}
