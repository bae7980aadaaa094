// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ProgramOutput

/// Shows how far a batch is, on standard error where a person looks at it; elsewhere, or with NO_COLOR, nothing.
struct ProgressBar {
    /// Back to the first column, and the line is empty.
    private static let clearLine = "\r\u{1B}[K"

    private let isShown = StandardStream.error.isTerminal && !Palette.isRefused

    /// Shows the line.
    func show(_ line: ProgressLine) { write(Self.clearLine + line.text) }

    /// Takes the line away, for others to write.
    func clear() { write(Self.clearLine) }

    private func write(_ text: String) {
        guard isShown else { return }
        Array(text.utf8).withUnsafeBytes { StandardStream.error.write($0) }
    }
}
