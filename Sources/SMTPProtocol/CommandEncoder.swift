// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
package import NIOCore

/// Puts commands on the wire: the one place where a line that is no content is written.
///
/// Guarantee: what is appended is exactly one line. It holds no control character, no NUL and no line separator, and
/// ends in CR LF. Text goes out as its UTF-8 bytes, never cut down to one byte a character.
///
/// A command that fails leaves the buffer as it was.
package enum CommandEncoder {
    /// The longest command line, CR LF included.
    ///
    /// RFC 5321 §4.5.3.1.4 asks for 512, and the parameters of MAIL and RCPT add to that (RFC 3461 §4, RFC
    /// 4954 §3 and others).
    package static let commandByteLimit = 2048
    /// The longest AUTH line: RFC 4954 §4 keeps it to the 512 of RFC 5321.
    package static let authenticateByteLimit = 512
    /// The longest SASL response line: RFC 4954 §4 holds this to be sufficient.
    package static let saslByteLimit = 12_288

    /// What a caller's own line must not begin with: what follows such a command is read in another way.
    private static let reservedVerbs: Set<String> = ["DATA", "BDAT", "STARTTLS", "AUTH"]

    /// Appends a command as one line.
    package static func encode(_ command: Command, into buffer: inout ByteBuffer) throws(CommandError) {
        let start = buffer.writerIndex
        do throws(CommandError) {
            let limit = try write(command, into: &buffer)
            try check(buffer.viewBytes(at: start, length: buffer.writerIndex - start), limit: limit)
            buffer.writeStaticString("\r\n")
        } catch {
            buffer.moveWriterIndex(to: start)
            throw error
        }
    }

    /// Whether the initial response may stand in the AUTH line; if not it follows after the server's challenge.
    package static func fitsInAuthenticate(mechanism: String, initialResponse: [UInt8]) -> Bool {
        "AUTH ".utf8.count + mechanism.utf8.count + 1 + (initialResponse.count + 2) / 3 * 4 + 2
            <= authenticateByteLimit
    }

    /// Writes the text of a command; returns the limit for its line.
    private static func write(_ command: Command, into buffer: inout ByteBuffer) throws(CommandError) -> Int {
        switch command {
        case .ehlo(let name): try write("EHLO ", word: name, into: &buffer)
        case .helo(let name): try write("HELO ", word: name, into: &buffer)
        case .startTLS: buffer.writeStaticString("STARTTLS")
        case .authenticate(let mechanism, let initialResponse):
            try write("AUTH ", word: mechanism, into: &buffer)
            if let initialResponse {
                buffer.writeStaticString(" ")
                // An empty initial response is not the same as none: RFC 4954 §4.
                buffer.writeString(initialResponse.isEmpty ? "=" : Base64.encode(initialResponse))
            }
            return authenticateByteLimit
        case .saslResponse(let response):
            buffer.writeString(Base64.encode(response))
            return saslByteLimit
        case .cancelLogin: buffer.writeStaticString("*")
        case .mail(let path, let parameters, let verb):
            buffer.writeString(verb.rawValue)
            buffer.writeStaticString(" FROM:")
            buffer.writeString(path.description)
            if let size = parameters.size {
                buffer.writeStaticString(" SIZE=")
                buffer.writeString(String(size))
            }
            if let body = parameters.body {
                buffer.writeStaticString(" BODY=")
                buffer.writeString(body.rawValue)
            }
            if parameters.isInternationalised { buffer.writeStaticString(" SMTPUTF8") }
            write(parameters.passedOn, into: &buffer)
        case .recipient(let address, let parameters):
            buffer.writeStaticString("RCPT TO:<")
            buffer.writeString(address.description)
            buffer.writeStaticString(">")
            write(parameters, into: &buffer)
        case .data: buffer.writeStaticString("DATA")
        case .chunk(let byteCount, let isLast):
            buffer.writeStaticString("BDAT ")
            buffer.writeString(String(byteCount))
            if isLast { buffer.writeStaticString(" LAST") }
        case .endOfContent: buffer.writeStaticString(".")
        case .reset: buffer.writeStaticString("RSET")
        case .quit: buffer.writeStaticString("QUIT")
        case .verify(let name):
            try write("VRFY ", text: name, into: &buffer)
            if command.needsSMTPUTF8 { buffer.writeStaticString(" SMTPUTF8") }
        case .expand(let name):
            try write("EXPN ", text: name, into: &buffer)
            if command.needsSMTPUTF8 { buffer.writeStaticString(" SMTPUTF8") }
        case .help(let topic):
            if let topic {
                try write("HELP ", text: topic, into: &buffer)
            } else {
                buffer.writeStaticString("HELP")
            }
        case .noop: buffer.writeStaticString("NOOP")
        case .raw(let line):
            let verb = line.prefix { $0 != " " && $0 != "\t" }.uppercased()
            if reservedVerbs.contains(verb) { throw .reservedVerb }
            try write("", text: line, into: &buffer)
        }
        return commandByteLimit
    }

    private static func write(
        _ verb: StaticString,
        word: String,
        into buffer: inout ByteBuffer
    ) throws(CommandError) {
        buffer.writeStaticString(verb)
        buffer.writeString(word)
        if word.isEmpty || word.utf8.contains(where: { $0 == UInt8(ascii: " ") || $0 > 0x7E }) {
            throw .malformedWord
        }
    }

    /// Writes free text, which must not begin with a blank.
    private static func write(
        _ verb: StaticString,
        text: String,
        into buffer: inout ByteBuffer
    ) throws(CommandError) {
        buffer.writeStaticString(verb)
        buffer.writeString(text)
        if text.isEmpty || text.utf8.first == UInt8(ascii: " ") { throw .malformedWord }
    }

    private static func write(_ parameters: [ESMTPParameter], into buffer: inout ByteBuffer) {
        for parameter in parameters {
            buffer.writeStaticString(" ")
            buffer.writeString(parameter.description)
        }
    }

    /// Refuses C0, DEL, C1, U+2028 and U+2029, found by their UTF-8 bytes, and lines that are too long.
    private static func check(_ line: ByteBufferView?, limit: Int) throws(CommandError) {
        guard let line, line.count + 2 <= limit else { throw .lineTooLong }
        var previous: (UInt8, UInt8) = (0, 0)
        for byte in line {
            let isControl = byte < 0x20 || byte == 0x7F
            let isC1Control = previous.1 == 0xC2 && (0x80...0x9F).contains(byte)
            let isSeparator = previous == (0xE2, 0x80) && (byte == 0xA8 || byte == 0xA9)
            guard !isControl, !isC1Control, !isSeparator else { throw .controlCharacter }
            previous = (previous.1, byte)
        }
    }
}
