// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// What a name in the queue directory stands for.
package enum SpoolFileName: Hashable, Sendable {
    /// A message: `STEM.queued`, `STEM.sending`, …
    case message(MessageStem, SpoolState)
    /// The delivery journal of a message: `STEM.journal`.
    case journal(MessageStem)

    /// The extension of journals.
    private static let journalExtension = "journal"

    /// Reads a name; nil for any other name, which the spool ignores.
    package init?(parsing name: some StringProtocol) {
        var name = String(name)
        guard let parsed = name.withUTF8({ Self(bytes: UnsafeRawBufferPointer($0)) }) else { return nil }
        self = parsed
    }

    /// Reads a name as the system hands it over.
    ///
    /// Most names of a full directory come this way.
    init?(bytes: UnsafeRawBufferPointer) {
        guard let point = bytes.lastIndex(of: UInt8(ascii: ".")) else { return nil }
        let stem = UnsafeRawBufferPointer(rebasing: bytes[..<point])
        let suffix = UnsafeRawBufferPointer(rebasing: bytes[(point + 1)...])
        if let state = SpoolState.allCases.first(where: { suffix.elementsEqual($0.rawValue.utf8) }) {
            guard MessageStem.isWellFormed(stem) else { return nil }
            self = .message(MessageStem(unchecked: String(decoding: stem, as: UTF8.self)), state)
        } else if suffix.elementsEqual(Self.journalExtension.utf8) {
            guard MessageStem.isWellFormed(stem) else { return nil }
            self = .journal(MessageStem(unchecked: String(decoding: stem, as: UTF8.self)))
        } else {
            return nil
        }
    }

    /// The name in the directory.
    package var text: String {
        switch self {
        case .message(let stem, let state): stem.text + "." + state.rawValue
        case .journal(let stem): stem.text + "." + Self.journalExtension
        }
    }
}
