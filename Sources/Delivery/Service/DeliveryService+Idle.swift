// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Logging
internal import Spool

/// The end of a daemon that mail starts again.
extension DeliveryService {
    /// Whether no message waits or is in work.
    var isWithoutMail: Bool { agenda.queuedCount == 0 && agenda.inWorkCount == 0 }

    /// Ends the service unless a name in the directory would start it again at once.
    ///
    /// What comes after this look stays queued, and smtpqd.path, which looks again when the service has ended, starts it.
    func endForLackOfMail() async {
        let found = await files.perform { queue throws(SpoolError) in try queue.hasNamesOfOpenMail() }
        guard case .success(false) = found, isWithoutMail, phase == .running else { return }
        log.remark(.notice, "no mail for as long as ExitWhenIdle says: the daemon ends")
        requestStop()
    }
}
