// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The number of insertions, deletions and replacements between two words (Levenshtein).
package enum EditDistance {
    /// The distance.
    ///
    /// Cost: the product of the lengths.
    package static func between(_ first: String, _ second: String) -> Int {
        let columns = Array(second.prefix(100))
        var row = Array(0...columns.count)
        for (line, character) in first.prefix(100).enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for (column, other) in columns.enumerated() {
                let replaced = diagonal + (character == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
            }
        }
        return row[columns.count]
    }
}
