// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Gives the names in an address list that stand without a domain, or at `localhost`, one that others can reach, and
/// leaves everything else as it is.
///
/// Pure, linear, never fails: in a text that is no address list nothing is found, or a name in it gets a domain.
///
/// | value of From | becomes |
/// |---|---|
/// | `root (Cron Daemon)` | `root@host.example (Cron Daemon)` |
/// | `Root <root>, bob@example.org` | `Root <root@host.example>, bob@example.org` |
/// | `root@localhost` | `root@host.example` |
/// | `undisclosed-recipients:;` | the same |
///
/// - SeeAlso: RFC 6409 §8.2, RFC 5322 §3.4
struct NameQualifier {
    private let domain: [UInt8]
    private var output: [UInt8] = []
    /// How much of the input is in the output.
    private var copied = 0
    /// The bytes at the end of the output that are the one word of an address, so far.
    private var word: Range<Int>?
    /// Whether what stands before the delimiter are several words.
    private var isOther = false
    private var isChanged = false

    private static let hostDomain = Array("@\(LocalAddressRules.hostDomain)".utf8)

    /// The value with its names qualified; nil when there are none.
    static func qualified(_ value: some Sequence<UInt8>, domain: String) -> [UInt8]? {
        var qualifier = NameQualifier(domain: Array("@\(domain)".utf8))
        qualifier.run(Array(value))
        return qualifier.isChanged ? qualifier.output : nil
    }

    private init(domain: [UInt8]) { self.domain = domain }

    private mutating func run(_ input: [UInt8]) {
        var index = 0
        while index < input.count {
            switch input[index] {
            case UInt8(ascii: "("): index = copy(input, to: Self.endOfComment(input, from: index))
            case UInt8(ascii: "\""):
                begin()
                index = copy(input, to: Self.endOfQuotes(input, from: index))
                word = word.map { $0.lowerBound..<output.count }
            case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ">"):
                qualify()
                index = copy(input, to: index + 1)
                // Behind an address in brackets nothing is a name before the next comma.
                isOther = input[index - 1] == UInt8(ascii: ">")
            case UInt8(ascii: "<"), UInt8(ascii: ":"):
                forget()
                index = copy(input, to: index + 1)
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"):
                index = copy(input, to: index + 1)
            default:
                begin()
                index = copy(input, to: index + 1)
                word = word.map { $0.lowerBound..<output.count }
            }
        }
        qualify()
    }

    private mutating func copy(_ input: [UInt8], to end: Int) -> Int {
        let start = copied
        copied = end
        output += input[start..<end]
        return end
    }

    /// A character of a word comes: it goes on, or is another one.
    private mutating func begin() {
        if let word {
            if word.upperBound != output.count { isOther = true }
        } else {
            word = output.count..<output.count
        }
    }

    private mutating func forget() {
        word = nil
        isOther = false
    }

    private mutating func qualify() {
        defer { forget() }
        guard let word, !isOther else { return }
        let isAtHost = String(decoding: output[word].suffix(Self.hostDomain.count), as: UTF8.self)
            .lowercased()
            .utf8.elementsEqual(Self.hostDomain)
        let end = isAtHost ? word.upperBound - Self.hostDomain.count : word.upperBound
        guard isName(output[word.lowerBound..<end]) else { return }
        output.replaceSubrange(end..<word.upperBound, with: domain)
        isChanged = true
    }

    private func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
        CharacterRules.isDotAtom(bytes) || CharacterRules.isQuotedString(bytes)
    }

    /// The index behind a comment, which may hold others.
    private static func endOfComment(_ input: [UInt8], from start: Int) -> Int {
        var depth = 0
        var index = start
        while index < input.count {
            switch input[index] {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth -= 1
            case UInt8(ascii: "\\"): index += 1
            default: break
            }
            index += 1
            if depth == 0 { break }
        }
        return min(index, input.count)
    }

    private static func endOfQuotes(_ input: [UInt8], from start: Int) -> Int {
        var index = start + 1
        while index < input.count, input[index] != UInt8(ascii: "\"") {
            index += input[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(index + 1, input.count)
    }
}
