// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Spool

/// Faults of the host: those that stop the delivery, and those of one message's files.
extension DeliveryService {
    /// How long a message that the host could not claim makes way for the others: the fault may be of its file alone.
    static let faultyFilePause = Duration.seconds(10)

    func localFault(_ error: SpoolError, in work: LocalPause.Work) {
        guard localPause.faulted(error.summary, in: work, now: clock.now) else { return }
        log.localFault(error)
        metrics.hostFaulted()
    }

    /// The host has failed with a message.
    ///
    /// If it does so a second time while others go on, the fault is that of the message's own files: it is told once, and
    /// nothing else waits for it.
    ///
    /// - Returns: whether the fault is that of its files.
    func hostFailed(
        with stem: MessageStem,
        _ error: SpoolError,
        in work: LocalPause.Work
    ) -> Bool {
        guard agenda.suspect(stem), !localPause.isFaulty else {
            localFault(error, in: work)
            return false
        }
        if agenda.blame(stem) { log.faulty(stem, error) }
        return true
    }

    /// The files of a message are in order.
    func inOrder(_ stem: MessageStem) {
        if agenda.absolve(stem) { log.faultOver(stem) }
    }

    func succeeded(in work: LocalPause.Work) {
        if localPause.succeeded(in: work) { log.localFaultOver() }
    }
}
