// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Glibc

/// A user who is neither root nor the owner of a test's directory.
enum OtherUser {
    static let id: uid_t = 64_321

    /// The number of setresuid(2), which the C module of Swift does not show.
    #if arch(x86_64)
    private static let setUserNumber = 117
    #else
    private static let setUserNumber = 147
    #endif

    private typealias SystemCall = @convention(c) (Int, Int, Int, Int) -> Int

    /// Does something as that user, on this thread alone: for that the system call is made past the C
    /// library, which would change all threads.
    ///
    /// Only root can do so, and nil is returned to others.
    static func act<Value>(_ body: () throws -> Value) rethrows -> Value? {
        guard geteuid() == 0, let symbol = dlsym(nil, "syscall") else { return nil }
        let call = unsafeBitCast(symbol, to: SystemCall.self)
        guard call(setUserNumber, -1, Int(id), -1) == 0 else { return nil }
        defer { _ = call(setUserNumber, -1, 0, -1) }
        return try body()
    }
}
