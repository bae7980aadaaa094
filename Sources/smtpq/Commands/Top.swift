// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import MailMessage
internal import ProgramOutput
internal import Spool
internal import Submission

/// `smtpq top`: the status, live in the terminal.
struct Top: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the daemon, its relays and the mail under way, live in the terminal.",
        discussion: """
            What "smtpq status" tells, how fast the queue grows or shrinks, and the messages as "smtpq list" shows them: those             that are being sent, then those that wait. The key q ends it, a blank looks at once. A queue that takes long             to look at is looked at less often.

              smtpq top
              smtpq top --interval 5s
            """
    )

    /// With more messages waiting, the oldest is not looked for: that takes a look at each.
    private static let oldestLimit = 10_000
    /// A look takes at most one part in so many of the time.
    private static let pauseFactor = 10

    @Option(help: ArgumentHelp("The time between two looks.", valueName: "time"))
    var interval = "1s"
    @OptionGroup var queueOptions: QueueOptions

    func run() throws {
        let interval = try TimeArgument.duration(interval, option: "--interval")
        let queue = try queueOptions.open()
        // What cannot be looked at at all is said before the screen is taken.
        _ = try Self.screen(of: queue, rows: 0, before: nil)
        let terminal = try TerminalScreen()
        defer { terminal.close() }
        Interruption.watch()
        let clock = ContinuousClock()
        var count: TopScreen.Count?
        while true {
            let begin = clock.now
            let size = terminal.size
            let screen = try Self.screen(of: queue, rows: size.rows, before: count)
            count = screen.counts?.now
            terminal.show(screen.lines(columns: size.columns, rows: size.rows, palette: .output))
            switch terminal.key(within: max(interval, (clock.now - begin) * Self.pauseFactor)) {
            case UInt8(ascii: "q"), UInt8(ascii: "Q"), 3, 4: return
            default: if Interruption.isRequested { return }
            }
        }
    }

    private static func screen(
        of queue: QueueDirectory,
        rows: Int,
        before: TopScreen.Count?
    ) throws(CommandFailure) -> TopScreen {
        do throws(SpoolError) {
            let now = Timestamp.now()
            let status = try QueueStatus.read(from: queue, findsOldest: before?.waiting ?? 0 <= oldestLimit)
            let waiting = status.counts.map { ($0[.queued] ?? 0) + ($0[.sending] ?? 0) }
            return TopScreen(
                status: status,
                messages: waiting == nil ? [] : try messages(of: queue, try queue.listing(), limit: rows),
                counts: waiting.map { (before, TopScreen.Count(waiting: $0, time: now)) },
                now: now
            )
        } catch {
            throw CommandFailure(managing: error)
        }
    }

    private static func messages(
        of queue: QueueDirectory,
        _ listing: QueueListing,
        limit: Int
    ) throws(SpoolError) -> [MessageSummary] {
        var messages: [MessageSummary] = []
        for state in [SpoolState.sending, .queued, .held, .failed] {
            for stem in listing.stems(in: state).sorted().prefix(limit - messages.count) {
                if let message = try queue.matching(MessageFilter(), stem, listedAs: state) {
                    messages.append(message)
                }
            }
        }
        return messages
    }
}
