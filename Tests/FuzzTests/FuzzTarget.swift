// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import MailTestKit

/// What reads something hostile, with the properties that must hold whatever it reads.
enum FuzzTarget: String, CaseIterable {
    case address
    case aliases
    case capabilities
    case challenge
    case content
    case envelope
    case header
    case inotify
    case journal
    case message
    case proxy
    case queueFile = "queue-file"
    case reply
    case session

    /// Stands between the parts of an input that has several.
    static let separator: UInt8 = 0x1E

    /// Reads an input; traps, or throws the property that it shows not to hold.
    func run(_ input: [UInt8]) throws(Violation) {
        switch self {
        case .address: try AddressTarget.run(input)
        case .aliases: try AliasTarget.run(input)
        case .capabilities: try CapabilitiesTarget.run(input)
        case .challenge: try ChallengeTarget.run(input)
        case .content: try ContentTarget.run(input)
        case .envelope: try EnvelopeTarget.run(input)
        case .header: try HeaderTarget.run(input)
        case .inotify: try InotifyTarget.run(input)
        case .journal: try JournalTarget.run(input)
        case .message: try MessageTarget.run(input)
        case .proxy: try ProxyAnswerTarget.run(input)
        case .queueFile: try QueueFileTarget.run(input)
        case .reply: try ReplyTarget.run(input)
        case .session: try SessionTarget.run(input)
        }
    }

    /// An input in pieces: at every place in two if it is short, and in some other ways.
    static func splits(of input: [UInt8]) -> [[ArraySlice<UInt8>]] {
        var generator = SeededGenerator(seed: UInt64(input.count))
        let random = [2, 7, 60].map { Splits.random(of: input, longest: $0, using: &generator) }
        return input.count <= 40 ? Splits.all(of: input[...]) + random : random
    }

    /// Throws when a text from outside could break the line that it stands in.
    static func expectPrintable(_ text: String) throws(Violation) {
        try Violation.unless(
            !text.unicodeScalars.contains(where: CharacterRules.isForbidden),
            "what a peer said is printable wherever it is shown"
        )
    }
}
