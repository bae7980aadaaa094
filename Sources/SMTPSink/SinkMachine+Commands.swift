// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

// The commands and their replies.
extension SinkMachine {
    mutating func execute(_ command: SinkCommand, _ actions: inout [SinkAction]) {
        if let reply = override(command.verb, command.line) {
            if command.verb == "DATA" || command.verb == "BDAT" { clear(&actions) }
            if command.verb == "BDAT", let size = ChunkSize(command.argument) {
                phase = .refusedChunk(remaining: size.byteCount, reply: reply)
                if size.byteCount > 0 { return }
                phase = .command
            }
            return answer(reply, after: options.commandDelay, &actions)
        }
        switch command.verb {
        case "BDAT":
            beginChunk(command, &actions)
        case "EHLO":
            greet(command, &actions)
        case "QUIT":
            wait(options.commandDelay, then: [.reply("221 2.0.0 bye"), .close], &actions)
        default:
            let reply = reply(to: command, &actions)
            answer(reply, after: options.commandDelay, &actions)
        }
    }

    mutating func greet(_ command: SinkCommand, _ actions: inout [SinkAction]) {
        guard !command.argument.isEmpty else {
            return answer("501 5.5.4 EHLO name", after: options.commandDelay, &actions)
        }
        clear(&actions)
        isGreeted = true
        let lines = [options.name] + options.capabilities
        let replies = lines.enumerated().map { index, text in
            SinkAction.reply("250" + (index == lines.count - 1 ? " " : "-") + text)
        }
        wait(options.commandDelay, then: replies, &actions)
    }

    mutating func reply(to command: SinkCommand, _ actions: inout [SinkAction]) -> String {
        switch command.verb {
        case "MAIL": return mail(command)
        case "RCPT": return recipient(command)
        case "DATA": return data(command, &actions)
        case "HELO":
            guard !command.argument.isEmpty else { return "501 5.5.4 HELO name" }
            clear(&actions)
            isGreeted = true
            return "250 \(options.name)"
        case "RSET":
            clear(&actions)
            return "250 2.0.0 reset"
        case "NOOP": return "250 2.0.0 ok"
        case "VRFY": return "252 2.1.5 send some mail, it will be taken"
        case "HELP": return "214 2.0.0 EHLO HELO MAIL RCPT DATA BDAT RSET NOOP VRFY HELP QUIT"
        case "EXPN", "STARTTLS", "AUTH": return "502 5.5.1 \(command.verb) is not offered"
        default: return "500 5.5.2 unknown command"
        }
    }

    mutating func mail(_ command: SinkCommand) -> String {
        guard isGreeted else { return "503 5.5.1 EHLO first" }
        guard transaction == nil else { return "503 5.5.1 there is a sender already" }
        guard let (path, parameters) = command.path(after: "FROM:") else {
            return "501 5.5.4 MAIL FROM:<address>"
        }
        if let refusal = ParameterCheck(options: options, messageByteLimit: messageByteLimit).refusal(
            ofMail: parameters
        ) {
            return refusal
        }
        let sender = SinkAddress(path: path, parameters: parameters)
        if let refusal = options.refusal(.sender, sender) { return refusal }
        transaction = SinkTransaction(sender: sender)
        return "250 2.1.0 ok"
    }

    mutating func recipient(_ command: SinkCommand) -> String {
        guard var current = transaction, !current.hasContent else { return "503 5.5.1 MAIL first" }
        guard let (path, parameters) = command.path(after: "TO:"), path != "<>" else {
            return "501 5.5.4 RCPT TO:<address>"
        }
        if let refusal = ParameterCheck(options: options, messageByteLimit: messageByteLimit).refusal(
            ofRecipient: parameters
        ) {
            return refusal
        }
        guard current.envelope.recipients.count < Self.recipientLimit else {
            return "452 4.5.3 too many recipients"
        }
        let recipient = SinkAddress(path: path, parameters: parameters)
        if let refusal = options.refusal(.recipient, recipient) { return refusal }
        transaction = nil
        current.envelope.recipients.append(recipient)
        transaction = current
        return "250 2.1.5 ok"
    }

    mutating func data(_ command: SinkCommand, _ actions: inout [SinkAction]) -> String {
        guard command.argument.isEmpty else {
            clear(&actions)
            return "501 5.5.4 DATA takes no argument"
        }
        guard let current = transaction, !current.envelope.recipients.isEmpty, !current.hasContent else {
            clear(&actions)
            return "503 5.5.1 MAIL and RCPT first"
        }
        beginContent(.dotted, &actions)
        phase = .content
        return "354 end with a line of one dot"
    }

    mutating func beginContent(_ framing: ContentDecoder.Framing, _ actions: inout [SinkAction]) {
        transaction?.beginContent(framing, byteLimit: messageByteLimit, keepsContent: keepsContent)
        if keepsContent, let envelope = transaction?.envelope { actions.append(.open(envelope)) }
    }

    mutating func beginChunk(_ command: SinkCommand, _ actions: inout [SinkAction]) {
        guard let size = ChunkSize(command.argument) else {
            // Nobody knows what follows: it must not be taken for commands.
            clear(&actions)
            return perform([.reply("501 5.5.4 BDAT size [LAST]"), .close], &actions)
        }
        guard let current = transaction, !current.envelope.recipients.isEmpty else {
            clear(&actions)
            return skipChunk(size.byteCount, "503 5.5.1 MAIL and RCPT first", &actions)
        }
        if !current.hasContent { beginContent(.counted, &actions) }
        if size.byteCount == 0 { return endChunk(isLast: size.isLast, &actions) }
        phase = .chunk(remaining: size.byteCount, isLast: size.isLast)
    }
}
