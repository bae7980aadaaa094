// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import NIOPosix

/// Work on files, done on threads that may block.
package enum BlockingWork {
    /// Does it, and returns when it is done; nothing stops it in its middle.
    package static func run<Value: Sendable, Failure: Error>(
        on threads: NIOThreadPool = .singleton,
        _ work: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let result: Result<Value, Failure> = await withCheckedContinuation { waiter in
            threads.submit { _ in
                waiter.resume(returning: Result { () throws(Failure) in try work() })
            }
        }
        return try result.get()
    }
}
