// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import ProgramOutput
internal import Spool

/// Colours for a terminal; without one, or with NO_COLOR in the environment, none.
///
/// - SeeAlso: https://no-color.org
struct Palette: Hashable {
    /// Whether colours are used.
    let isOn: Bool

    /// The palette for standard output.
    static var output: Palette { Palette(isOn: StandardStream.output.isTerminal && !isRefused) }

    /// Whether a person wants plain text on a terminal.
    static var isRefused: Bool { getenv("NO_COLOR").map { $0.pointee != 0 } ?? false }

    /// A text in the colour of a state.
    func text(_ text: String, of state: SpoolState) -> String {
        switch state {
        case .queued: text
        case .sending, .sent: colour(32, text)
        case .failed: colour(31, text)
        case .held: colour(33, text)
        }
    }

    /// What is well in green, what is not in red.
    func text(_ text: String, isGood: Bool) -> String { colour(isGood ? 32 : 31, text) }

    private func colour(_ code: Int, _ text: String) -> String {
        isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
