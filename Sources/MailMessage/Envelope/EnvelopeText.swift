// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// An address with parameters, as people and queue files write it: `<a@b.example> KEY=value …`, the brackets optional.
struct EnvelopeText {
    let path: Substring
    let parameters: [ESMTPParameter]

    init(_ text: some StringProtocol) throws(EnvelopeError) {
        let body = Substring(text)
        if body.unicodeScalars.contains(where: CharacterRules.isForbidden) {
            throw EnvelopeError(
                .address,
                "\"\(PrintableText(text, limitBytes: 120))\": contains a control character or line break"
            )
        }
        let trimmed = body.drop { $0 == " " }
        let end = Self.endOfPath(trimmed)
        path = trimmed[..<end]
        guard end == trimmed.endIndex || trimmed[end] == " " else {
            throw EnvelopeError(
                .address,
                "\"\(PrintableText(text, limitBytes: 120))\": a blank is missing behind the address"
            )
        }
        var parameters: [ESMTPParameter] = []
        for word in trimmed[end...].split(separator: " ") {
            if let equals = word.firstIndex(of: "=") {
                parameters.append(
                    try ESMTPParameter(keyword: word[..<equals], value: word[word.index(after: equals)...])
                )
            } else {
                parameters.append(try ESMTPParameter(keyword: word, value: nil as Substring?))
            }
        }
        self.parameters = parameters
    }

    /// The address, checked.
    func address() throws(EnvelopeError) -> MailAddress {
        do throws(AddressError) {
            return try MailAddress(path)
        } catch {
            throw EnvelopeError(.address, error.summary)
        }
    }

    /// The end of the address: at the `>` or blank that stands outside quotes.
    private static func endOfPath(_ text: Substring) -> Substring.Index {
        var isQuoted = false
        var isEscaped = false
        let hasBrackets = text.first == "<"
        for index in text.indices {
            let character = text[index]
            if isEscaped {
                isEscaped = false
            } else if isQuoted, character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                isQuoted.toggle()
            } else if !isQuoted, hasBrackets, character == ">" {
                return text.index(after: index)
            } else if !isQuoted, !hasBrackets, character == " " {
                return index
            }
        }
        return text.endIndex
    }
}
