// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage

/// A table of Postfix, read from the text that it was made of.
struct PostfixTable {
    /// An entry.
    struct Entry {
        let key: String
        let value: String
        let line: SourceLine
    }

    /// The entries in their order.
    let entries: [Entry]

    /// Reads the tables of a parameter, such as `hash:/etc/postfix/sasl_passwd`.
    ///
    /// A table of a kind that is not made of a text gets a remark.
    init(
        _ parameter: String,
        of parameters: PostfixParameters,
        files: SourceFiles,
        _ translation: inout Translation
    ) throws(MigrationError) {
        var entries: [Entry] = []
        for name in parameters[parameter]?.split(whereSeparator: { $0.isWhitespace || $0 == "," }).prefix(20)
            ?? []
        {
            let parts = name.split(separator: ":", maxSplits: 1).map(String.init)
            let line = parameters.line(parameter)
            guard parts.count == 2, ["hash", "btree", "lmdb", "cdb", "dbm", "texthash"].contains(parts[0])
            else {
                let shown = PrintableText(name, limitBytes: 60)
                translation.remark("\(parameter): \(shown) is no table that is made of a text", at: line)
                continue
            }
            guard let text = try files.textIfThere(parts[1]) else {
                translation.remark(
                    "\(parameter): there is no \(PrintableText(parts[1], limitBytes: 200))",
                    at: line
                )
                continue
            }
            entries += SourceLine.lines(of: text, file: parts[1]).map { line in
                let (key, value) = line.firstWordAndRest
                return Entry(key: key, value: value, line: line)
            }
        }
        self.entries = entries
    }

    /// The first entry of one of some keys, in the order of the keys.
    func first(of keys: [String]) -> Entry? {
        for key in keys {
            if let entry = entries.first(where: { $0.key.lowercased() == key.lowercased() }) { return entry }
        }
        return nil
    }
}
