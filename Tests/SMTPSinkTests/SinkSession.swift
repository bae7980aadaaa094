// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import NIOCore

@testable import SMTPSink

/// A sink's machine with a driver that stores at once and lets no time pass.
struct SinkSession {
    private(set) var machine: SinkMachine
    private(set) var messages: [SinkMessage] = []
    private(set) var isClosed = false
    private var content: [UInt8] = []

    /// A session that has been greeted by the server.
    init(_ change: (inout SinkOptions) -> Void = { _ in }) {
        var options = SinkOptions()
        options.reportsContent = true
        change(&options)
        machine = SinkMachine(options: options)
        _ = handle(.connected)
    }

    /// A session in which EHLO has been said.
    static func greeted(_ change: (inout SinkOptions) -> Void = { _ in }) -> SinkSession {
        var session = SinkSession(change)
        _ = session.say("EHLO client.example")
        return session
    }

    /// The client sends lines, CR LF after each; returns the replies.
    mutating func say(_ lines: String...) -> [String] {
        send(lines.map { $0 + "\r\n" }.joined())
    }

    /// The client sends bytes; returns the replies.
    mutating func send(_ text: String) -> [String] {
        handle(.bytesReceived(ByteBuffer(string: text)))
    }

    /// The codes of the replies to lines.
    mutating func codes(_ lines: String...) -> [String] {
        send(lines.map { $0 + "\r\n" }.joined()).map { String($0.prefix(3)) }
    }

    private mutating func handle(_ event: SinkEvent) -> [String] {
        var replies: [String] = []
        var next: SinkEvent? = event
        while let event = next.take() {
            for action in machine.handle(event) {
                switch action {
                case .reply(let line): replies.append(line)
                case .open, .discard: content = []
                case .keep(let bytes): content += bytes.readableBytesView
                case .store(var message):
                    message.content = content
                    messages.append(message)
                    next = .stored(reply: "250 2.0.0 accepted")
                case .pause: next = .paused
                case .close: isClosed = true
                }
            }
        }
        return replies
    }
}
