// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Which addresses are meant: `alice@example.net`, `example.net`, `*@*.example.net`.
///
/// Pure.
///
/// | pattern | matches |
/// |---|---|
/// | an address | that one |
/// | a text without `@` | the addresses of that domain; `<>` the null sender |
/// | anything with `*` | where `*` stands for any text |
struct AddressPattern: Hashable {
    private let parts: [String]

    /// A pattern; upper and lower case are the same.
    init(_ text: String) {
        let isDomain = !text.contains("@") && !text.contains("*") && text != "<>"
        parts = (isDomain ? "*@" + text : text).lowercased()
            .split(separator: "*", omittingEmptySubsequences: false).map(String.init)
    }

    /// Whether an address is meant.
    func matches(_ address: String) -> Bool {
        var rest = address.lowercased()[...]
        guard let first = parts.first, let last = parts.last, rest.hasPrefix(first) else { return false }
        guard parts.count > 1 else { return rest == first }
        rest = rest.dropFirst(first.count)
        // The leftmost place for each part leaves the most room for those behind it.
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let place = rest.firstRange(of: part) else { return false }
            rest = rest[place.upperBound...]
        }
        return rest.hasSuffix(last)
    }
}
