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
        // Not by characters: a quote, bracket or blank is one whatever combining mark follows it.
        let trimmed = body.unicodeScalars.drop { $0 == " " }
        let end = Self.endOfPath(trimmed)
        path = Substring(trimmed[..<end])
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
                    try ESMTPParameter(
                        keyword: Substring(word[..<equals]),
                        value: Substring(word[word.index(after: equals)...])
                    )
                )
            } else {
                parameters.append(try ESMTPParameter(keyword: Substring(word), value: nil as Substring?))
            }
        }
        self.parameters = parameters
    }

    /// The address, checked.
    func address(domainIfMissing: String?) throws(EnvelopeError) -> MailAddress {
        do throws(AddressError) {
            return try MailAddress(path, domainIfMissing: domainIfMissing)
        } catch {
            throw EnvelopeError(.address, error.summary)
        }
    }

    /// The end of the address: at the `>` or blank that stands outside quotes.
    private static func endOfPath(_ text: Substring.UnicodeScalarView) -> Substring.Index {
        var isQuoted = false
        var isEscaped = false
        let hasBrackets = text.first == "<"
        for index in text.indices {
            let scalar = text[index]
            if isEscaped {
                isEscaped = false
            } else if isQuoted, scalar == "\\" {
                isEscaped = true
            } else if scalar == "\"" {
                isQuoted.toggle()
            } else if !isQuoted, hasBrackets, scalar == ">" {
                return text.index(after: index)
            } else if !isQuoted, !hasBrackets, scalar == " " {
                return index
            }
        }
        return text.endIndex
    }
}
