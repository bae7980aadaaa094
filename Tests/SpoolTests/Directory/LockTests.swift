// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Foundation
import Glibc
import Testing

@testable import Spool

@Suite struct LockTests {
    @Test("G5: a second lock is refused at once, and told who has the first")
    func secondLock() throws {
        let bench = try QueueBench()
        #expect(!bench.queue.isLocked())
        #expect(bench.queue.lockHolder() == nil)
        let other = try QueueDirectory.open(bench.path)
        withExtendedLifetime(try bench.queue.lock()) {
            #expect(other.isLocked())
            #expect(other.lockHolder() == getpid())
            do throws(SpoolError) {
                _ = try other.lock()
                #expect(Bool(false))
            } catch {
                #expect(error.code == .locked)
                #expect(error.summary.hasSuffix("is being delivered by process \(getpid()) already"))
            }
        }
        #expect(!other.isLocked())
        _ = try other.lock()
    }

    @Test("Whoever only asks is not named as the holder")
    func askingIsNotHolding() throws {
        let bench = try QueueBench()
        let descriptor = open(bench.path, O_RDONLY | O_DIRECTORY)
        defer { close(descriptor) }
        #expect(flock(descriptor, LOCK_SH) == 0)
        #expect(bench.queue.lockHolder() == nil)
        #expect(!bench.queue.isLocked())
    }

    @Test("A lock is had although somebody asks in that moment")
    func askingDoesNotRefuse() throws {
        let bench = try QueueBench()
        let asking = open(bench.path, O_RDONLY | O_DIRECTORY)
        #expect(flock(asking, LOCK_SH) == 0)
        let end = Thread { close(asking) }
        end.start()
        withExtendedLifetime(try bench.queue.lock()) {}
    }
}
