// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore

/// Runs what is left of a task between two stays on the delivery loop on that loop too.
///
/// What a continuation resumes goes to the task's own executor first, and only from there to the actor that waits for it. Without this
/// one that is a pool of threads, of which one would be woken and put to sleep again for each message.
final class LoopTaskExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) {
        self.loop = loop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
