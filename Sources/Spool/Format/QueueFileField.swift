// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage

/// The fields of the envelope block of a queue file, version 1.
enum QueueFileField: String, CaseIterable {
    case version = "Queue-Version"
    case from = "Queue-From"
    case to = "Queue-To"
    case after = "Queue-After"
    case expires = "Queue-Expires"
    case priority = "Queue-Priority"
    case relay = "Queue-Relay"
    case length = "Queue-Length"
    /// As other pickup directories name the sender.
    case otherSender = "X-Sender"
    /// As other pickup directories name a recipient.
    case otherRecipient = "X-Receiver"

    /// What every field of our own begins with.
    private static let prefix = "Queue-"

    /// The field of a name, whatever its case.
    init?(name: ArraySlice<UInt8>) {
        guard
            let field = Self.allCases.first(where: {
                name.count == $0.rawValue.utf8.count && Self.begins(name, $0.rawValue)
            })
        else { return nil }
        self = field
    }

    /// Whether the field may stand more than once.
    var mayRepeat: Bool { self == .to || self == .otherRecipient }

    /// Whether a line belongs to the block: it begins as ours do, known or not, or is one of the two of others.
    static func isField(_ line: ArraySlice<UInt8>) -> Bool {
        line.count >= prefix.utf8.count && begins(line, prefix)
            || isOther(line, .otherSender) || isOther(line, .otherRecipient)
    }

    /// Whether a line of which only the beginning is known may turn out to belong to the block.
    static func mayBeField(_ beginning: ArraySlice<UInt8>) -> Bool {
        [prefix, otherSender.rawValue + ":", otherRecipient.rawValue + ":"].contains { begins(beginning, $0) }
    }

    private static func isOther(_ line: ArraySlice<UInt8>, _ field: QueueFileField) -> Bool {
        let length = field.rawValue.utf8.count
        return line.count > length && line[line.startIndex + length] == UInt8(ascii: ":")
            && begins(line, field.rawValue)
    }

    /// Whether the two are the same as far as the shorter one goes; case does not count.
    private static func begins(_ bytes: ArraySlice<UInt8>, _ text: String) -> Bool {
        zip(bytes, text.utf8).allSatisfy { lowercased($0) == lowercased($1) }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
