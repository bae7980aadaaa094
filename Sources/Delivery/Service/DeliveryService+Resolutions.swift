// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Logging
internal import MailMessage
internal import Spool

/// Resolutions: what was decided about messages is brought to disk.
extension DeliveryService {
    /// A batch of this size or less waits for those of its kind that are under way: more will come.
    private static let smallBatch = 16

    var rules: ResolutionRules {
        ResolutionRules(
            retry: settings.retry,
            keepQueue: settings.keepQueue,
            receivedLimit: settings.receivedLimit
        )
    }

    /// Brings the message to its next state, soon: resolutions are done in batches.
    func resolve(_ message: PreparedMessage, as verdict: ResolutionRules.Verdict) {
        unresolved.append(
            Unresolved(
                message: message,
                verdict: verdict,
                decided: .now(),
                due: verdict.nextAttempt.map(instant),
                notBefore: clock.now
            )
        )
    }

    func resolveMore() {
        // With a fault of the host the answers are kept in memory, and nothing new is sent, until the disk takes them.
        guard !localPause.isPausing(now: clock.now) || phase == .stopping else { return }
        while resolveJobs < Self.batchesAtOnce {
            let batch = takeUnresolved()
            guard !batch.isEmpty else { return }
            resolveJobs += 1
            Task {
                let results = await files.resolve(
                    batch.map { ($0.message, $0.verdict.resolution, $0.decided) }
                )
                resolveJobs -= 1
                for (item, result) in zip(batch, results) {
                    do throws(SpoolError) {
                        try result.get()
                        resolved(item)
                    } catch {
                        resolutionFailed(item, error)
                    }
                }
                pump()
            }
        }
    }

    private func takeUnresolved() -> [Unresolved] {
        let tooFew = resolveJobs == 0 ? 0 : Self.smallBatch
        // Asked with each answer: most often there is nothing to look through.
        guard unresolved.count > tooFew else { return [] }
        let now = clock.now
        let ready = unresolved.indices.filter { unresolved[$0].notBefore <= now || phase == .stopping }
        guard ready.count > tooFew else { return [] }
        let taken = RangeSet(ready.prefix(Self.batchSize), within: unresolved)
        defer { unresolved.removeSubranges(taken) }
        return Array(unresolved[taken])
    }

    private func resolved(_ item: Unresolved) {
        let stem = item.message.stem
        succeeded(in: .recording)
        inOrder(stem)
        metrics.resolved(item.verdict.resolution)
        switch item.verdict.resolution {
        case .delivered, .failed:
            clearSuspicion(of: stem)
            agenda.finish(stem)
        case .retry where !item.verdict.isStillDue:
            clearSuspicion(of: stem)
            agenda.postpone(stem, until: item.due ?? clock.now)
        case .retry, .untouched:
            standInLine(item.message, until: item.due)
        }
    }

    /// The message is due as before for the recipients that nobody answered.
    private func standInLine(_ message: PreparedMessage, until time: ContinuousClock.Instant?) {
        let stem = message.stem
        let routes = message.unansweredRoutes
        guard message.generation == generation, let route = routes.first else { return agenda.putBack(stem) }
        let times = [
            time ?? message.ruleFacts.laterAttempt.map(instant),
            routes.count > 1 ? clock.now + Self.mixedPause : nil,
        ]
        agenda.line(
            stem,
            of: route,
            message.messageClass,
            first: !pools.contains { $0.suspicions.isSuspected(stem) },
            until: times.compactMap { $0 }.min()
        )
    }

    private func clearSuspicion(of stem: MessageStem) {
        for pool in pools { pool.suspicions.clear(stem) }
    }

    private func resolutionFailed(_ item: Unresolved, _ error: SpoolError) {
        let stem = item.message.stem
        switch error.code {
        case .notFound:
            // Somebody took the file away while it was being sent: nothing is left to record.
            log.remark(.warning, "\(stem): the file is gone: \(error.summary)")
            // Unless somebody has queued it again meanwhile: the next claim tells.
            agenda.putLast(stem)
        case .alreadyThere:
            log.remark(.error, "\(stem): cannot change its state, left as .sending: \(error.summary)")
            agenda.finish(stem)
        default:
            var item = item
            if hostFailed(with: stem, error, in: .recording) {
                item.notBefore = clock.now + Self.faultyFilePause
            }
            // At a stop the state on disk stays `.sending`; recovery takes it from there.
            if phase == .running { unresolved.append(item) }
        }
    }
}
