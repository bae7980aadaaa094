// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// How a sink behaves.
package struct SinkOptions: Sendable {
    /// A reply given in place of the usual one.
    package struct Override: Hashable, Sendable {
        /// The command it answers, in upper case.
        ///
        /// `CONNECT` stands for the greeting and `.` for the end of a content.
        package let command: String
        /// What the command line must contain; empty for any.
        ///
        /// At the end of a content the arguments of MAIL and RCPT are looked at.
        package let containing: String
        /// The reply, such as `451 4.7.1 try later`; after a 421 the connection is closed.
        package let reply: String

        /// An override.
        package init(command: String, containing: String = "", reply: String) {
            self.command = command
            self.containing = containing
            self.reply = reply
        }
    }

    /// The local IP address to listen on.
    package var host = "127.0.0.1"
    /// The port; 0 takes a free one.
    package var port = 0
    /// The name in the greeting.
    package var name = "sink.localhost"
    /// What follows the name in the greeting.
    package var product = "sink"
    /// The reply that refuses a path of MAIL or RCPT; nil takes it.
    ///
    /// Asked for those that have the form of one.
    package var refusal: @Sendable (SinkAddress.Role, SinkAddress) -> String? = { _, _ in nil }
    /// What EHLO offers; the number of SIZE is kept to, and parameters of an extension that is not offered are refused.
    package var capabilities = [
        "PIPELINING", "SIZE 1073741824", "8BITMIME", "ENHANCEDSTATUSCODES", "SMTPUTF8", "DSN", "CHUNKING",
    ]
    /// A maildir to store messages in; nil throws them away.
    package var maildir: String?
    /// Whether accepted messages are reported with their content, which is then held in memory.
    package var reportsContent = false
    /// Time that passes before the answer to the end of a content.
    package var delay: Duration = .zero
    /// Time that passes before the answer to any other command, and before the greeting.
    package var commandDelay: Duration = .zero
    /// Replies in place of the usual ones; the first that fits counts.
    package var overrides: [Override] = []
    /// Whether the connection is closed after the end of a content instead of an answer.
    package var dropsAfterContent = false
    /// The number of bytes of a content after which the connection is closed in its middle; nil for never.
    package var dropsAfterByteCount: Int?

    /// A sink that accepts everything and keeps nothing.
    package init() {}

    /// The largest message in bytes; nil for no limit.
    var messageByteLimit: Int? {
        for capability in capabilities {
            let words = capability.split(separator: " ")
            if words.first == "SIZE", words.count == 2, let limit = Int(words[1]), limit > 0 { return limit }
        }
        return nil
    }

    /// Whether EHLO offers an extension.
    func offers(_ keyword: String) -> Bool {
        capabilities.contains { $0.split(separator: " ").first.map(String.init) == keyword }
    }
}
