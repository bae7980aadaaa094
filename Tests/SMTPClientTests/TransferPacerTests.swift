// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import NIOCore
import Testing

@testable import SMTPClient

struct TransferPacerTests {
    private func seconds(_ value: Double) -> NIODeadline { .uptimeNanoseconds(UInt64(value * 1e9)) }

    @Test("Pieces go out one after the other, each when those before it have had their time")
    func table() {
        var pacer = TransferPacer(bytesPerSecond: 1000)
        #expect(pacer.admit(byteCount: 100, now: seconds(5)) == seconds(5))
        #expect(pacer.admit(byteCount: 100, now: seconds(5)) == seconds(5.1))
        #expect(pacer.admit(byteCount: 500, now: seconds(5.1)) == seconds(5.2))
        #expect(pacer.admit(byteCount: 1, now: seconds(5.2)) == seconds(5.7))
        #expect(pacer.admit(byteCount: 1, now: seconds(9)) == seconds(9))
    }

    @Test(
        "Over ten seconds the rate is kept within 5 %",
        arguments: [100, 1000, 64 << 10, 10 << 20] as [Int64]
    )
    func tenSeconds(rate: Int64) {
        var pacer = TransferPacer(bytesPerSecond: rate)
        var (now, sent) = (seconds(1), Int64(0))
        while now < seconds(11) {
            // Dot-stuffing and line ends make pieces a little longer than was asked for.
            let byteCount = Int(pacer.pieceByteCount + pacer.pieceByteCount / 50)
            now = pacer.admit(byteCount: byteCount, now: now)
            sent += Int64(byteCount)
        }
        #expect(abs(Double(sent) / Double(rate * 10) - 1) < 0.05)
    }

    @Test("Rates and sizes out of all proportion do no harm", arguments: [Int64.min, 0, 1, .max])
    func extremes(rate: Int64) {
        var pacer = TransferPacer(bytesPerSecond: rate)
        #expect(pacer.pieceByteCount > 0)
        _ = pacer.admit(byteCount: .max, now: seconds(1))
        _ = pacer.admit(byteCount: .max, now: seconds(1))
    }
}
