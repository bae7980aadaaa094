// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore
internal import NIOPosix

/// Stores the messages of one connection in a ``Maildir``, on threads that may block.
///
/// What comes in while a thread is at work is done together afterwards. Belongs to its event loop.
final class MaildirStore {
    /// What passes from one turn of work to the next.
    private struct Progress: Sendable {
        var file: MaildirFile?
        var hasFailed = false
        /// The outcomes of the commits of this turn.
        var stored: [Bool] = []
    }

    private let maildir: Maildir
    private let loop: any EventLoop
    private let stored: (Bool) -> Void
    private let progressed: () -> Void
    private var jobs: [MaildirJob] = []
    private var progress = Progress()
    private var isWorking = false

    /// The bytes that wait for a thread.
    private(set) var waitingByteCount = 0

    /// A store.
    ///
    /// - Parameters:
    ///   - maildir: where messages go.
    ///   - loop: where it runs.
    ///   - stored: told for each commit whether the message is in its place.
    ///   - progressed: told whenever some work is done.
    init(
        _ maildir: Maildir,
        loop: any EventLoop,
        stored: @escaping (Bool) -> Void,
        progressed: @escaping () -> Void
    ) {
        self.maildir = maildir
        self.loop = loop
        self.stored = stored
        self.progressed = progressed
    }

    /// Adds to the work.
    func perform(_ job: MaildirJob) {
        if case .append(let bytes) = job { waitingByteCount += bytes.readableBytes }
        jobs.append(job)
        work()
    }

    private func work() {
        guard !isWorking, !jobs.isEmpty else { return }
        isWorking = true
        let batch = jobs
        let maildir = maildir
        let before = progress
        jobs = []
        waitingByteCount = 0
        NIOThreadPool.singleton.runIfActive(eventLoop: loop) {
            var progress = before
            progress.stored = []
            for job in batch { Self.perform(job, in: maildir, &progress) }
            return progress
        }.assumeIsolated().whenComplete { result in
            self.isWorking = false
            if case .success(let after) = result {
                self.progress = after
                for isStored in after.stored { self.stored(isStored) }
            }
            self.progressed()
            self.work()
        }
    }

    private static func perform(_ job: MaildirJob, in maildir: Maildir, _ progress: inout Progress) {
        do throws(SinkError) {
            switch job {
            case .open(let head):
                progress.hasFailed = false
                progress.file?.abandon()
                progress.file = nil
                progress.file = try maildir.makeFile()
                try progress.file?.append(head.utf8)
            case .append(let bytes):
                try progress.file?.append(bytes.readableBytesView)
            case .commit:
                let file = progress.file
                progress.file = nil
                if let file, !progress.hasFailed { try file.commit() } else { file?.abandon() }
                progress.stored.append(file != nil && !progress.hasFailed)
            case .discard:
                progress.file?.abandon()
                progress.file = nil
            }
        } catch {
            if case .commit = job { progress.stored.append(false) }
            progress.hasFailed = true
        }
    }
}
