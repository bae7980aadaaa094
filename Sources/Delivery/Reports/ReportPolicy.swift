// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage

/// Whether and how senders are told what became of their mail.
package struct ReportPolicy: Hashable, Sendable {
    /// Whom a report is from (ReportFrom).
    package var author: MailAddress
    /// The name of this host in a report.
    package var host: String
    /// The age at which a message is late (DelayReportAfter).
    package var delayAfter: Duration
    /// Most reports that one sender gets within an hour (MaxReportsPerHour).
    package var limitPerHour: Int

    /// Whom reports are from unless the configuration says so: `MAILER-DAEMON` at this host.
    package static func usualAuthor(at host: String) -> MailAddress? {
        (try? MailAddress("MAILER-DAEMON@\(host)")) ?? (try? MailAddress("MAILER-DAEMON@localhost"))
    }

    /// A policy, with the documented defaults for the rest.
    package init(
        author: MailAddress,
        host: String,
        delayAfter: Duration = .seconds(4 * 3600),
        limitPerHour: Int = 20
    ) {
        self.author = author
        self.host = host
        self.delayAfter = delayAfter
        self.limitPerHour = limitPerHour
    }
}
