// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Words as a shell splits them: blanks between them, single and double quotes, backslashes.
///
/// Pure. Nothing is expanded.
enum ShellWords {
    /// Characters that mean something to a shell outside quotes, and those that do within double quotes.
    private static let special: Set<Character> = [
        "$", "`", "|", "&", ";", "<", ">", "(", ")", "*", "?", "[", "{", "!", "\n",
    ]
    private static let specialWithinQuotes: Set<Character> = ["$", "`"]

    /// The words of a text; nil when a quote does not end.
    static func words(of text: String) -> [String]? {
        split(text)?.words
    }

    /// The words of a command that needs no shell; nil for one that does.
    static func plainCommand(_ text: String) -> [String]? {
        guard let found = split(text), !found.needsShell else { return nil }
        return found.words
    }

    private static func split(_ text: String) -> (words: [String], needsShell: Bool)? {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var needsShell = false
        var rest = text[...]
        while let character = rest.popFirst() {
            switch (quote, character) {
            case ("'", "'"), ("\"", "\""):
                quote = nil
            case ("'", _):
                word?.append(character)
            case ("\"", "\\"):
                word?.append(rest.popFirst() ?? "\\")
            case ("\"", _):
                if specialWithinQuotes.contains(character) { needsShell = true }
                word?.append(character)
            case (_, "'"), (_, "\""):
                quote = character
                word = word ?? ""
            case (_, "\\"):
                word = (word ?? "") + String(rest.popFirst() ?? "\\")
            case (_, _) where character.isWhitespace:
                if let word { words.append(word) }
                word = nil
            default:
                if special.contains(character) { needsShell = true }
                word = (word ?? "") + String(character)
            }
        }
        guard quote == nil else { return nil }
        if let word { words.append(word) }
        return (words, needsShell)
    }
}
