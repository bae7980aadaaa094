// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import ProgramOutput
internal import Submission

/// The screen of a terminal, taken over until ``close()``: what was on it comes back then.
final class TerminalScreen {
    private static let enter = "\u{1B}[?1049h\u{1B}[?25l"
    private static let leave = "\u{1B}[?25h\u{1B}[?1049l"
    private static let home = "\u{1B}[H"
    private static let clearLine = "\u{1B}[K"
    private static let clearBelow = "\u{1B}[J"
    /// The size of a terminal that tells none.
    private static let standardSize = (columns: 80, rows: 24)

    private let before: termios

    /// Takes the screen over.
    ///
    /// - Throws: ``CommandFailure`` when there is no terminal, or one that cannot be written to at a place.
    init() throws(CommandFailure) {
        let kind = getenv("TERM").map { String(cString: $0) } ?? "dumb"
        var settings = termios()
        guard StandardStream.output.isTerminal, tcgetattr(STDIN_FILENO, &settings) == 0, kind != "dumb" else {
            throw CommandFailure("this needs a terminal (smtpq status --json is for programs)", .usage)
        }
        before = settings
        // Keys come one by one and unseen, also those that would end or stop the program with the screen as it is.
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in }
        // A change of the size ends the wait for a key.
        sigaction(SIGWINCH, &action, nil)
        Self.write(Self.enter)
    }

    /// Gives the screen back.
    func close() {
        // Cleared, for some terminals that have changed their size take lines of this screen along into the other one.
        Self.write(Self.home + Self.clearBelow + Self.leave)
        var settings = before
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
    }

    /// The size of the screen now.
    var size: (columns: Int, rows: Int) {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return Self.standardSize
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Shows lines, each of which fits into the screen.
    func show(_ lines: [String]) {
        Self.write(Self.home + lines.map { $0 + Self.clearLine }.joined(separator: "\r\n") + Self.clearBelow)
    }

    /// Waits for a key; nil when the time is over, the size has changed, or the program is asked to end.
    func key(within time: Duration) -> UInt8? {
        var source = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        let (seconds, attoseconds) = time.components
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        guard poll(&source, 1, Int32(clamping: milliseconds)) > 0 else { return nil }
        var byte: UInt8 = 0
        // A terminal that has gone has no keys: that is the end too.
        return read(STDIN_FILENO, &byte, 1) == 1 ? byte : UInt8(ascii: "q")
    }

    private static func write(_ text: String) {
        Array(text.utf8).withUnsafeBytes { StandardStream.output.write($0) }
    }
}
