// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import SMTPProtocol

/// Reads `.dialogue` files.
///
/// Strict: a line it does not know is an error, so that no test passes by a slip of the pen.
package struct DialogueParser {
    /// What is wrong with a file.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    private var dialogue: Dialogue
    /// The bytes of consecutive lines of the server: they go out together.
    private var serverBytes: [UInt8] = []

    /// Reads the text of the file of that name.
    package static func parse(_ text: String, name: String) throws -> Dialogue {
        var parser = DialogueParser(dialogue: Dialogue(name: name))
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            do {
                try parser.take(line)
            } catch {
                throw Failure(description: "\(name).dialogue:\(index + 1): \(error)")
            }
        }
        parser.endServerBytes()
        guard !parser.dialogue.steps.isEmpty else {
            throw Failure(description: "\(name).dialogue: nothing is said")
        }
        return parser.dialogue
    }

    private init(dialogue: Dialogue) {
        self.dialogue = dialogue
    }

    private mutating func take(_ line: Substring) throws {
        if line.isEmpty || line.hasPrefix("#") { return }
        if line.hasPrefix("S:") {
            serverBytes += try Self.bytes(Self.value(line.dropFirst(2))) + Array("\r\n".utf8)
            return
        }
        if line.hasPrefix("S=") {
            serverBytes += try Self.bytes(Self.value(line.dropFirst(2)))
            return
        }
        endServerBytes()
        if line.hasPrefix("C:") {
            dialogue.steps.append(.client(try Self.bytes(Self.value(line.dropFirst(2)))))
        } else if line.hasPrefix("!") {
            dialogue.steps.append(try Self.directive(Self.value(line.dropFirst())))
        } else {
            guard let colon = line.firstIndex(of: ":") else {
                throw Failure(description: "neither field nor line")
            }
            try takeField(String(line[..<colon]), Self.value(line[line.index(after: colon)...]))
        }
    }

    private mutating func endServerBytes() {
        if !serverBytes.isEmpty { dialogue.steps.append(.server(serverBytes)) }
        serverBytes = []
    }

    private mutating func takeField(_ name: String, _ value: Substring) throws {
        guard dialogue.steps.isEmpty else {
            throw Failure(description: "a field after the first line of the dialogue")
        }
        switch name {
        case "Hello": dialogue.settings.hello = String(value)
        case "Security":
            guard let security = TransportSecurity(rawValue: String(value)) else {
                throw Failure(description: "no security \(value)")
            }
            dialogue.settings.security = security
        case "Login": dialogue.settings.loginMechanisms = value.split(separator: " ").map(String.init)
        case "Clear-Text-Login": dialogue.settings.allowsClearTextLogin = value == "yes"
        case "Extensions": dialogue.settings.usesExtensions = value != "no"
        case "Chunking": dialogue.settings.usesChunking = value != "no"
        case "User": dialogue.user = String(value)
        case "Password": dialogue.password = String(value)
        case "Fault":
            let words = value.split(separator: " ")
            dialogue.fault = Dialogue.Fault(
                kind: try Self.faultKind(words.first),
                code: words.dropFirst().first.flatMap { Int($0) }
            )
        case "In-Hand":
            guard let count = Int(value), count > 0 else { throw Failure(description: "no number \(value)") }
            dialogue.inHand = count
        case "From": dialogue.messages.append(Dialogue.Message(sender: try EnvelopeSender(parsing: value)))
        case "To": try changeMessage { $0.recipients.append(try EnvelopeRecipient(parsing: value)) }
        case "Stop":
            try changeMessage {
                $0.refusalPolicy = .stop(Set(value.split(separator: " ").compactMap { Int($0) }))
            }
        case "Verb":
            guard let verb = MailVerb(rawValue: String(value)) else {
                throw Failure(description: "no verb \(value)")
            }
            try changeMessage { $0.verb = verb }
        case "Command": dialogue.commands.append(Dialogue.CommandLine(command: Self.command(value)))
        case "Reply":
            guard var command = dialogue.commands.popLast() else {
                throw Failure(description: "no Command before this field")
            }
            command.code = Int(value)
            dialogue.commands.append(command)
        case "Content": try changeMessage { $0.content += try Self.bytes(value) }
        case "Expect": try changeMessage { try Self.expect(value.split(separator: " "), in: &$0.expectation) }
        default: throw Failure(description: "unknown field \(name)")
        }
    }

    private mutating func changeMessage(_ change: (inout Dialogue.Message) throws -> Void) throws {
        guard var message = dialogue.messages.popLast() else {
            throw Failure(description: "no From before this field")
        }
        try change(&message)
        dialogue.messages.append(message)
    }

    private static func command(_ line: Substring) -> Command {
        let words = line.split(separator: " ", maxSplits: 1)
        let rest = words.dropFirst().first.map(String.init)
        return switch (words.first, rest) {
        case ("VRFY", let name?): .verify(name)
        case ("EXPN", let name?): .expand(name)
        case ("HELP", _): .help(rest)
        case ("NOOP", nil): .noop
        case ("RSET", nil): .reset
        default: .raw(String(line))
        }
    }

    /// `delivered 250 2.0.0`, `relayFault KIND`, `unconfirmed KIND`, `stopped PLACE failed 550`.
    private static func expect(_ words: [Substring], in expectation: inout DialogueExpectation) throws {
        switch words.first {
        case "stopped":
            expectation.stopper = words.dropFirst().first.flatMap { Int($0) }
            try expect(Array(words.dropFirst(2)), in: &expectation)
        case "relayFault": expectation.relayFault = try faultKind(words.dropFirst().first)
        case "unconfirmed": expectation.unconfirmed = try faultKind(words.dropFirst().first)
        default:
            guard let verdict = words.first.flatMap({ RecipientOutcome.Verdict(rawValue: String($0)) }) else {
                throw Failure(description: "expects neither a verdict nor a fault")
            }
            let code = words.dropFirst().first.flatMap { Int($0) }
            let status = words.dropFirst(2).first.flatMap { EnhancedStatus(parsing: $0) }
            guard words.count == 1 + (code == nil ? 0 : 1) + (status == nil ? 0 : 1) else {
                throw Failure(description: "expects an unreadable code or status")
            }
            expectation.recipients.append(.init(verdict: verdict, code: code, status: status))
        }
    }

    private static func faultKind(_ word: Substring?) throws -> RelayFault.Kind {
        guard let kind = word.flatMap({ RelayFault.Kind(rawValue: String($0)) }) else {
            throw Failure(description: "no kind of fault: \(word ?? "")")
        }
        return kind
    }

    private static func directive(_ text: Substring) throws -> DialogueStep {
        let words = text.split(separator: " ")
        switch (words.first, words.count) {
        case ("tls", 1): return .tls
        case ("drop", 1): return .drop
        case ("wait", 2):
            guard words[1].hasSuffix("s"), let seconds = Int(words[1].dropLast()) else { fallthrough }
            return .wait(.seconds(seconds))
        default: throw Failure(description: "unknown directive \(text)")
        }
    }

    /// What follows the colon, without the one blank after it.
    private static func value(_ text: Substring) -> Substring {
        text.hasPrefix(" ") ? text.dropFirst() : text
    }

    /// The bytes of a text with the escapes `\r \n \t \0 \\ \xNN`.
    private static func bytes(_ text: Substring) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Substring(text)
        while let character = rest.popFirst() {
            guard character == "\\" else {
                bytes += Array(String(character).utf8)
                continue
            }
            switch rest.popFirst() {
            case "r": bytes.append(0x0D)
            case "n": bytes.append(0x0A)
            case "t": bytes.append(0x09)
            case "0": bytes.append(0x00)
            case "\\": bytes.append(0x5C)
            case "x":
                guard let byte = UInt8(rest.prefix(2), radix: 16), rest.count >= 2 else { fallthrough }
                rest = rest.dropFirst(2)
                bytes.append(byte)
            default: throw Failure(description: "unknown escape")
            }
        }
        return bytes
    }
}
