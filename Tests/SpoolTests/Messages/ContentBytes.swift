// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

@testable import Spool

extension MessageContent {
    /// All bytes, read piece by piece; fewer when a read fails.
    var bytes: [UInt8] {
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 10_000)
        while case let count =
            (try? buffer.withUnsafeMutableBytes({ try read(at: Int64(result.count), into: $0) })) ?? 0,
            count > 0
        {
            result += buffer[..<count]
        }
        return result
    }
}
