// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import Spool
internal import Submission

/// Finds the messages that ids on the command line mean.
struct MessageSelection {
    private let queue: QueueDirectory
    private var stems: [MessageStem]?

    /// A selection from a queue.
    init(from queue: QueueDirectory) { self.queue = queue }

    /// The message that an id means: the whole id, the name of its file, or the beginning of one id only.
    ///
    /// A whole id is found without a listing, so that it works for whoever may not list the directory.
    mutating func stem(_ id: String) throws(CommandFailure) -> MessageStem {
        let named =
            if case .message(let stem, _) = SpoolFileName(parsing: id) { stem } else { try? MessageStem(id) }
        do throws(SpoolError) {
            if let named, try queue.state(of: named) != nil { return named }
            let listed = if let stems { stems } else { try queue.listing().messages.map(\.stem) }
            stems = listed
            return try Self.find(id, among: listed)
        } catch {
            throw CommandFailure(managing: error)
        }
    }

    /// The one that begins with a text.
    ///
    /// Pure.
    static func find(_ id: String, among stems: [MessageStem]) throws(SpoolError) -> MessageStem {
        let candidates = stems.filter { $0.text.hasPrefix(id) && !id.isEmpty }
        let shown = PrintableText(id, limitBytes: 80)
        switch candidates.count {
        case 1: return candidates[0]
        case 0:
            let nearest = NearestName.of(id, among: stems.map(\.text))
            let hint = nearest.map { ": did you mean \($0)?" } ?? " (smtpq list shows them)"
            throw SpoolError(.notFound, "no message \"\(shown)\" in the queue\(hint)")
        default:
            let some =
                candidates.prefix(3).map(\.text).joined(separator: ", ") + (candidates.count > 3 ? ", …" : "")
            throw SpoolError(.notFound, "\"\(shown)\" means \(candidates.count) messages: \(some)")
        }
    }
}
